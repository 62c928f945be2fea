import type { ResourceResult } from "../core/cluster/alter-configs.ts";
import { errorCode } from "../tables/errors.ts";

export interface ConfigAnswer {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly resourceType: number;
  readonly resourceName: string;
}

/** One resource in the answer of AlterConfigs and IncrementalAlterConfigs. */
export function configAnswer({ resource, error, message }: ResourceResult): ConfigAnswer {
  return {
    errorCode: errorCode(error),
    errorMessage: message,
    resourceType: resource.type,
    resourceName: resource.name,
  };
}
