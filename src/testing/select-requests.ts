import type { ApiName } from "./api-name.ts";
import { mentions } from "./mentions.ts";
import type { ObservedRequest } from "./observed-request.ts";

/** Which requests to tell; all that is stated must hold. */
export interface RequestFilter {
  readonly api?: ApiName;
  readonly clientId?: string;
  /** Requests that name this topic. Those that know topics by id alone are found by `where`. */
  readonly topic?: string;
  readonly where?: (request: ObservedRequest) => boolean;
}

export function selectRequests(
  history: readonly ObservedRequest[],
  filter: RequestFilter,
): ObservedRequest[] {
  const { api, clientId, topic, where = () => true } = filter;
  return history.filter(
    (request) =>
      (api === undefined || request.api === api) &&
      (clientId === undefined || request.clientId === clientId) &&
      (topic === undefined || mentions(request.request, { topic, topicId: null })) &&
      where(request),
  );
}
