import type { RecordedExchange } from "../../simulator/control/traffic-recording.ts";

/** The programs whose requests are the controller's: the command, and the loop under test. */
const CONTROLLER = /^(?:secured-function-backend|sfb-test) /u;

/** Whether the controller made a request, and not a test as somebody else. */
export function isControllers({ userAgent }: RecordedExchange): boolean {
  return CONTROLLER.test(userAgent);
}
