{{/* The chart's name, as it stands in labels. */}}
{{- define "sfb.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{/* The name of the release's objects. Some get a suffix, hence 50. */}}
{{- define "sfb.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "sfb.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "sfb.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{/* The name of objects that belong to no namespace: two releases of one name must not share them. */}}
{{- define "sfb.clusterName" -}}
{{- printf "%s-%s" .Release.Namespace (include "sfb.fullname" .) -}}
{{- end }}

{{- define "sfb.selectorLabels" -}}
app.kubernetes.io/name: {{ include "sfb.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/*
Labels of an object: the chart's own, which nothing overrides, then those for this object, then those for all.
Takes a list: the root, the component, further labels. Only what the selectors shall find is a controller.
*/}}
{{- define "sfb.labelsOf" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
{{- $name := include "sfb.name" $root -}}
{{- $own := dict
  "app.kubernetes.io/name" (eq $component "controller" | ternary $name (printf "%s-%s" $name $component))
  "app.kubernetes.io/instance" $root.Release.Name
  "app.kubernetes.io/version" $root.Chart.AppVersion
  "app.kubernetes.io/component" $component
  "app.kubernetes.io/part-of" "secured-function-backend"
  "app.kubernetes.io/managed-by" $root.Release.Service
  "helm.sh/chart" (printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_")
-}}
{{- toYaml (merge $own (index . 2) $root.Values.commonLabels) -}}
{{- end }}

{{- define "sfb.labels" -}}
{{- include "sfb.labelsOf" (list . "controller" dict) -}}
{{- end }}

{{- define "sfb.serviceAccountName" -}}
{{- default (include "sfb.fullname" .) .Values.serviceAccount.name -}}
{{- end }}

{{/* What roles are bound to. */}}
{{- define "sfb.subjects" -}}
- kind: ServiceAccount
  name: {{ include "sfb.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}

{{- define "sfb.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end }}

{{/* What the restricted Pod Security Standard asks of a pod and of a container, and a read-only root. */}}
{{- define "sfb.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "sfb.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* The rules for objects of this operator, and events on them, in a ClusterRole or in each Role. */}}
{{- define "sfb.tenantRules" -}}
- apiGroups: [securedbackend.dev]
  resources: [securedfunctionbackends]
  verbs: [get, list, watch, patch]
- apiGroups: [securedbackend.dev]
  resources: [securedfunctionbackends/status]
  verbs: [patch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end }}
