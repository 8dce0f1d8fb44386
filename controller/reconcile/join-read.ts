import { AzureError } from "../azure/errors.ts";

/**
 * What a read answers that another pass began. Where it ended without a word of Azure's, because that
 * pass was cut off, it says nothing to this one, which reads for itself.
 */
export async function joinRead<T>(reading: Promise<T>, readAnew: () => Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (failure) {
    if (failure instanceof AzureError) throw failure;
    return await readAnew();
  }
}
