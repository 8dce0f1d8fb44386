-- SecuredFunctionBackend follows kstatus: Reconciling and Stalled are there only while they are True, and
-- status.observedGeneration says which spec the conditions speak about. InSync tells of differences that
-- mode Observe leaves alone while Ready is True.

local function find(kind)
  if obj.status ~= nil and obj.status.conditions ~= nil then
    for _, condition in ipairs(obj.status.conditions) do
      if condition.type == kind then
        return condition
      end
    end
  end
  return nil
end

local function is(condition, status)
  return condition ~= nil and condition.status == status
end

local ready = find("Ready")
local inSync = find("InSync")
local reconciling = find("Reconciling")
local stalled = find("Stalled")

if obj.metadata.deletionTimestamp ~= nil then
  if is(stalled, "True") then
    return { status = "Degraded", message = stalled.message }
  end
  return { status = "Progressing", message = "Giving back what was there before" }
end
if obj.spec ~= nil and obj.spec.suspend == true then
  return { status = "Suspended", message = "spec.suspend is true" }
end
if ready == nil then
  return { status = "Progressing", message = "Waiting for the controller" }
end
if obj.status.observedGeneration ~= obj.metadata.generation then
  return { status = "Progressing", message = "Waiting for the controller to see the new spec" }
end
if is(stalled, "True") then
  return { status = "Degraded", message = stalled.message }
end
if is(reconciling, "True") then
  return { status = "Progressing", message = reconciling.message }
end
if is(ready, "True") and is(inSync, "False") then
  return { status = "Degraded", message = inSync.message }
end
if is(ready, "True") then
  return { status = "Healthy", message = ready.message }
end
return { status = "Progressing", message = ready.message }
