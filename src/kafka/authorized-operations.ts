/*
 * What a client may do, as a set of bits by Kafka's numbers of operations. Without an authorizer that is everything
 * which a resource of the kind has.
 */

/** Create, alter, describe, cluster action, describe and alter configs, idempotent write. */
export const CLUSTER_OPERATIONS = 8096;
/** Read, write, create, delete, alter, describe, describe and alter configs. */
export const TOPIC_OPERATIONS = 3576;
