import { nameOf } from "../../azure/resource-ids.ts";
import { defineBypassCheck } from "./bypass-check.ts";

interface SeenService {
  readonly serviceId: string;
  readonly isOn: boolean;
}

/** The management API that a service answers itself: it writes policies past Azure Resource Manager. */
export const directManagement = defineBypassCheck<readonly SeenService[]>({
  codes: ["DirectManagementOn"],
  actions: ["Microsoft.ApiManagement/service/tenant/read"],

  observe: async (inventory, { serviceIds }) =>
    await Promise.all(
      serviceIds.map(async (serviceId) => ({
        serviceId,
        isOn: await inventory.isDirectManagementOn(serviceId),
      })),
    ),

  judge: (seen) =>
    seen
      .filter(({ isOn }) => isOn)
      .map(({ serviceId }) => ({
        code: "DirectManagementOn",
        resource: serviceId,
        message: `Service ${nameOf(serviceId)} answers its direct management API.`,
      })),
});
