-- Has the controller look at once. It answers in status.lastHandledReconcileAt.
local os = require("os")
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["securedbackend.dev/reconcile-requested-at"] = os.date("!%Y-%m-%dT%XZ")
return obj
