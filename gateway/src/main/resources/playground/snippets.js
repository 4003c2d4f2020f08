/** The request as commands and code, to be copied. A picture's bytes are read from its file's name. */

const GRPC_PORT = 7070;

export const snippets = {curl, grpc, java};

function curl({origin, picture, request}) {
  const body = JSON.stringify(withPicture(request, `data:${picture.type};base64,@@`), null, 2).replaceAll("'", "'\\''");
  const [before, after] = body.split('@@');
  const json = after === undefined ? `'${body}'` : `'${before}'"$(base64 < ${shell(picture.name)} | tr -d '\\n')"'${after}'`;
  return `curl ${origin}/v1/chat/completions -H 'Content-Type: application/json' -d @- <<< ${json}`;
}

function withPicture(request, url) {
  const messages = request.messages.map(message => ({
    ...message,
    content: Array.isArray(message.content)
      ? message.content.map(part => part.type === 'image_url' ? {type: 'image_url', image_url: {url}} : part)
      : message.content,
  }));
  return {...request, messages};
}

function grpc({host, picture, request}) {
  const message = {
    ...(request.model && {model: request.model}),
    messages: request.messages.map(each => ({
      role: `ROLE_${each.role.toUpperCase()}`,
      content: parts(each).map(part => part.type === 'text' ? {text: part.text} : {image: {data: '@@'}}),
    })),
    sampling: {max_tokens: request.max_tokens, temperature: request.temperature},
    ...format(request),
  };
  const body = JSON.stringify(message, null, 2).replaceAll("'", "'\\''");
  const [before, after] = body.split('@@');
  const json = after === undefined ? `'${body}'` : `'${before}'"$(base64 < ${shell(picture.name)} | tr -d '\\n')"'${after}'`;
  return `grpcurl -plaintext -d @ ${host}:${GRPC_PORT} argus.v1.GenerationService/Generate <<< ${json}`;
}

function format(request) {
  const own = request.argus?.response_format;
  if (request.response_format) return {response_format: {json_schema: {schema: JSON.stringify(request.response_format.json_schema.schema)}}};
  if (own?.type === 'regions') return {response_format: {regions: {}}};
  if (own?.type === 'choice') return {response_format: {choices: {values: own.choice}}};
  return {};
}

function java({host, picture, request}) {
  const messages = request.messages.map(each => {
    const content = parts(each).map(part => part.type === 'text'
      ? `                .addContent(Part.newBuilder().setText(${quoted(part.text)}))`
      : `                .addContent(Part.newBuilder().setImage(Image.newBuilder().setData(picture)))`);
    return [`        .addMessages(`, `            Message.newBuilder()`, `                .setRole(Role.ROLE_${each.role.toUpperCase()})`, ...content].join('\n') + ')';
  });
  const read = picture ? `ByteString picture = ByteString.copyFrom(Files.readAllBytes(Path.of(${quoted(picture.name)})));\n` : '';
  return `${read}ManagedChannel channel =
    ManagedChannelBuilder.forTarget(${quoted(`${host}:${GRPC_PORT}`)}).usePlaintext().build();
GenerateRequest request =
    GenerateRequest.newBuilder()
${request.model ? `        .setModel(${quoted(request.model)})\n` : ''}${messages.join('\n')}
        .setSampling(
            Sampling.newBuilder().setMaxTokens(${request.max_tokens}).setTemperature(${request.temperature}f))${javaFormat(request)}
        .build();
GenerationServiceGrpc.newBlockingStub(channel)
    .withDeadlineAfter(Duration.ofSeconds(30))
    .generate(request)
    .forEachRemaining(
        event -> {
          System.out.print(event.getToken().getText());${request.argus?.response_format?.type === 'regions' ? `
          if (event.hasRegion()) {
            System.out.println(event.getRegion());
          }` : ''}
        });
`;
}

function javaFormat(request) {
  const own = request.argus?.response_format;
  const set = kind => `\n        .setResponseFormat(\n            ResponseFormat.newBuilder()${kind})`;
  if (request.response_format) return set(`.setJsonSchema(\n                JsonSchema.newBuilder()\n                    .setSchema(${quoted(JSON.stringify(request.response_format.json_schema.schema))}))`);
  if (own?.type === 'regions') return set('.setRegions(Regions.getDefaultInstance())');
  if (own?.type === 'choice') return set(`\n                .setChoices(Choices.newBuilder().addAllValues(List.of(${own.choice.map(quoted).join(', ')})))`);
  return '';
}

function parts(message) {
  return Array.isArray(message.content) ? message.content : [{type: 'text', text: message.content}];
}

function quoted(text) {
  return JSON.stringify(text);
}

function shell(name) {
  return `'${name.replaceAll("'", "'\\''")}'`;
}
