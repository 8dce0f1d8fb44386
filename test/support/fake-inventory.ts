import type {
  Backend,
  Inventory,
  ListedApi,
  ListedFunction,
  NamedValue,
  Permission,
  Slot,
} from "../../controller/azure/inventory.ts";
import type { JsonObject } from "../../controller/azure/json.ts";
import { API } from "./builders.ts";

/** What lies around, in memory: nothing but the one API with one operation, unless told. */
export class FakeInventory implements Inventory {
  /** Texts by id, `…/policies/policy`. */
  readonly policies = new Map<string, string>();
  apis: readonly ListedApi[] = [
    { id: API, serviceUrl: "https://orders-func.azurewebsites.net/api", hasSignIn: false },
  ];
  operationIds: readonly string[] = [`${API}/operations/get-orders`];
  otherOnlineRevisionIds: readonly string[] = [];
  productNames: readonly string[] = [];
  backends: readonly Backend[] = [];
  namedValues: readonly NamedValue[] = [];
  hasDirectManagement = false;
  slots: readonly (Slot & { readonly settings: JsonObject })[] = [];
  functions: readonly ListedFunction[] = [];
  /** At every resource alike. */
  permissions: readonly Permission[] = [{ actions: ["*"], notActions: [] }];
  readonly #call: <T>(name: string, carryOut: () => T) => Promise<T>;

  /** `call` carries out each read, and may fail it. */
  constructor(call = async <T>(_: string, carryOut: () => T): Promise<T> => carryOut()) {
    this.#call = call;
  }

  listPolicyIds = () => this.#call("listPolicyIds", () => [...this.policies.keys()]);
  getPolicyText = (id: string) => this.#call("getPolicyText", () => this.policies.get(id));
  listApis = () => this.#call("listApis", () => this.apis);
  listOperationIds = () => this.#call("listOperationIds", () => this.operationIds);
  listOtherOnlineRevisionIds = () =>
    this.#call("listOtherOnlineRevisionIds", () => this.otherOnlineRevisionIds);
  listProductNames = () => this.#call("listProductNames", () => this.productNames);
  listBackends = () => this.#call("listBackends", () => this.backends);
  listNamedValues = () => this.#call("listNamedValues", () => this.namedValues);
  isDirectManagementOn = () => this.#call("isDirectManagementOn", () => this.hasDirectManagement);
  listFunctions = () => this.#call("listFunctions", () => this.functions);
  listPermissions = () => this.#call("listPermissions", () => this.permissions);
  listSlots = () => this.#call("listSlots", () => this.slots);
  getSlotAuthSettings = (slotId: string) =>
    this.#call(
      "getSlotAuthSettings",
      () => this.slots.find(({ id }) => id === slotId)?.settings ?? {},
    );
}
