package dev.argus.hub;

/**
 * A file of a repository.
 *
 * @param name its path in the repository, and in the checkpoint's directory
 * @param size in bytes
 */
public record RemoteFile(String name, long size, Checksum checksum) {}
