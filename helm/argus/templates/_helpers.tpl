{{- define "argus.name" -}}
{{- printf "%s-%s" .root.Release.Name .stage | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "argus.selector" -}}
app.kubernetes.io/name: argus
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .stage }}
{{- end -}}

{{- define "argus.labels" -}}
{{ include "argus.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "argus.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (printf "%s-argus" .Release.Name) -}}
{{- end -}}

{{/* The gateway's own account where it has a right that the stages have not. */}}
{{- define "argus.gatewayAccount" -}}
{{- $shared := include "argus.serviceAccount" . -}}
{{- if and (eq .Values.discovery "k8s") .Values.serviceAccount.create }}{{ printf "%s-gateway" ($shared | trunc 55 | trimSuffix "-") }}{{ else }}{{ $shared }}{{ end -}}
{{- end -}}

{{/* An image by its digest where there is one, else by its tag, which is the chart's application version unless said otherwise. */}}
{{- define "argus.image" -}}
{{- $registry := .root.Values.image.registry -}}
{{- if $registry }}{{ $registry }}/{{ end }}{{ .image.repository }}
{{- if .image.digest }}@{{ .image.digest }}{{ else }}:{{ .image.tag | default .root.Chart.AppVersion }}{{ end -}}
{{- end -}}

{{- define "argus.port" -}}
{{- get (dict "gateway" 7070 "preprocess" 7071 "encoder" 7072 "decoder" 7073) . -}}
{{- end -}}

{{/* Where a stage is found: all of its pods' addresses, between which the gateway chooses. */}}
{{- define "argus.target" -}}
{{- if eq .root.Values.discovery "k8s" -}}
k8s:///{{ .root.Release.Namespace }}/{{ include "argus.name" . }}:grpc
{{- else -}}
dns:///{{ include "argus.name" . }}.{{ .root.Release.Namespace }}.svc:{{ include "argus.port" .stage }}
{{- end -}}
{{- end -}}
