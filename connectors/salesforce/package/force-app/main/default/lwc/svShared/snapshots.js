import { gql } from "lightning/graphql";

const QUERIES = {};

/** Returns the query for a member's latest snapshots; `objectApiName` is Account or Contact. */
export function snapshotQuery(objectApiName) {
    QUERIES[objectApiName] ??= gql`
        query successVectorSnapshots($member: ID) {
            uiapi {
                query {
                    Success_Vector_Snapshot__c(
                        where: { ${objectApiName}__c: { eq: $member } }
                        orderBy: { Taken_On__c: { order: DESC } }
                        first: 24
                    ) {
                        edges {
                            node {
                                Id
                                Taken_On__c { value }
                                Score__c { value }
                                Score_Low__c { value }
                                Definition_Version__c { value }
                            }
                        }
                    }
                }
            }
        }
    `;
    return QUERIES[objectApiName];
}

/**
 * Returns the answer as {day, score, low}, oldest first: scored ones only, and only those of the newest definition,
 * because two versions' numbers can't be compared.
 */
export function snapshotsOf(data) {
    const nodes = (data?.uiapi?.query?.Success_Vector_Snapshot__c?.edges ?? []).map((edge) => edge.node);
    const version = nodes[0]?.Definition_Version__c?.value;
    return nodes
        .filter((node) => node.Score__c?.value !== null && node.Definition_Version__c?.value === version)
        .map((node) => ({ day: node.Taken_On__c.value, score: node.Score__c.value, low: node.Score_Low__c?.value ?? null }))
        .reverse();
}
