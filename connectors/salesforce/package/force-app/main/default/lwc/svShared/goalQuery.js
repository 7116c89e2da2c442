import { gql } from "lightning/graphql";

const QUERIES = {};

/** Returns the query for a member's open goals with all that belongs to them; `objectApiName` is Account or Contact. */
export function goalQuery(objectApiName) {
    QUERIES[objectApiName] ??= gql`
        query successVectorGoals($member: ID) {
            uiapi {
                query {
                    Desired_Outcome__c(
                        where: { ${objectApiName}__c: { eq: $member }, Closed_On__c: { eq: null } }
                        orderBy: { Starts_On__c: { order: ASC } }
                        first: 20
                    ) {
                        edges {
                            node {
                                Id
                                Name { value }
                                Objective__c { value }
                                Baseline__c { value }
                                Starts_On__c { value }
                                Time_Frame__c { value }
                                Confirmed_On__c { value }
                                Confirmed_By__c { value }
                                Priority__c { value }
                                Success_Milestones__r(orderBy: { Due__c: { order: ASC } }, first: 200) {
                                    edges {
                                        node {
                                            Id
                                            Name { value }
                                            Type__c { value displayValue }
                                            Weight__c { value }
                                            Due__c { value }
                                            First_Promised_Due__c { value }
                                            Achieved_On__c { value }
                                            Reversed_On__c { value }
                                            Metric_Name__c { value }
                                            Metric_Baseline__c { value }
                                            Metric_Target__c { value }
                                            Inside_Offering__c { value }
                                            Evidence_Source__c { value }
                                            Advocacy_Ask__c { value }
                                            Advocacy_Level__c { value }
                                            Expansion_Offer__c { value }
                                            Expansion_Offer__r @optional {
                                                Name { value }
                                                Kind__c { value displayValue }
                                                Yearly_Value__c { value displayValue }
                                            }
                                        }
                                    }
                                }
                                Success_Requirements__r(orderBy: { Essential__c: { order: DESC } }, first: 200) {
                                    edges {
                                        node {
                                            Id
                                            Kind__c { value }
                                            Description__c { value }
                                            Essential__c { value }
                                        }
                                    }
                                }
                                Joint_Accountabilities__r(orderBy: { Due__c: { order: ASC } }, first: 200) {
                                    edges {
                                        node {
                                            Id
                                            Name { value }
                                            Party__c { value displayValue }
                                            Agreed_On__c { value }
                                            Due__c { value }
                                            Done_On__c { value }
                                            Consequence__c { value }
                                            Success_Milestone__c { value }
                                        }
                                    }
                                }
                                Success_Readings__r(
                                    orderBy: { Read_On__c: { order: DESC }, CreatedDate: { order: DESC } }
                                    first: 500
                                ) {
                                    edges {
                                        node {
                                            Id
                                            Read_On__c { value }
                                            Value__c { value }
                                            State__c { value displayValue }
                                            Note__c { value }
                                            Success_Milestone__c { value }
                                            Success_Requirement__c { value }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    `;
    return QUERIES[objectApiName];
}
