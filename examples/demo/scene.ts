import { Callers } from "./callers.ts";
import type { LocalAzure } from "./local-azure.ts";
import { Portal } from "./portal.ts";
import type { Stage } from "./stage.ts";

/** Everybody who plays, whoever protects the function. */
export interface Scene {
  readonly stage: Stage;
  readonly azure: LocalAzure;
  readonly callers: Callers;
  readonly portal: Portal;
}

/** What is done once the story is told, while everything still runs: given how to explore it. */
export type Linger = (ways: readonly string[]) => Promise<void>;

/** The main job, done by one of the ways to use this project. */
export type Story = (scene: Scene, linger: Linger) => Promise<void>;

export function setScene(stage: Stage, azure: LocalAzure): Scene {
  return { stage, azure, callers: new Callers(azure), portal: new Portal(azure) };
}
