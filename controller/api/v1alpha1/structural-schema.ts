/** One `x-kubernetes-validations` entry: a CEL rule and what to say when it does not hold. */
export interface ValidationRule {
  readonly rule: string;
  readonly message: string;
  readonly reason?: string;
  /** The field to blame, relative to the schema that carries the rule, such as `.resourceId`. */
  readonly fieldPath?: string;
}

/** The part of a Kubernetes structural schema that this project's resources use. */
export interface StructuralSchema {
  readonly type: "object" | "array" | "string" | "integer" | "boolean";
  readonly description?: string;
  readonly format?: "int32" | "int64" | "date-time";
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, StructuralSchema>>;
  /** What every entry of a map holds; instead of `properties`. */
  readonly additionalProperties?: StructuralSchema;
  readonly items?: StructuralSchema;
  readonly "x-kubernetes-list-type"?: "map" | "set" | "atomic";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-validations"?: readonly ValidationRule[];
}
