const NEEDED = ["Vector_Status__c"];

const OPTIONAL = [
    "Name",
    "OwnerId",
    "Owner.Name",
    "Is_Member__c",
    "Paid_Through__c",
    "Vector_Status_Reason__c",
    "Success_Score__c",
    "Success_Score_Low__c",
    "Vector_Direction__c",
    "Vector_Magnitude__c",
    "Vector_Pace__c",
    "Success_Progress__c",
    "Requirements_Known__c",
    "Facts_Stale__c",
    "Success_Gap__c",
    "Success_Gap_Since__c",
    "Expansion_Flag__c",
    "Expansion_Offer_Name__c",
    "Expansion_Value__c",
    "Expansion_Reason__c",
    "Advocacy_Flag__c",
    "Advocacy_Ask__c",
    "Advocacy_Reason__c",
    "Intervention_Flag__c",
    "Intervention_Reason__c",
    "Next_Step__c",
    "Next_Step_By__c",
    "Next_Milestone__c",
    "Next_Milestone_Due__c",
    "Vector_Explanation__c",
    "Vector_Terms__c",
    "Scored_As_Of__c",
    "Definition_Version__c"
];

/** What Success Vector says in whole sentences, with days in them. */
const SENTENCES = [
    "Vector_Status_Reason__c",
    "Expansion_Reason__c",
    "Advocacy_Reason__c",
    "Intervention_Reason__c",
    "Next_Step__c",
    "Vector_Explanation__c"
];

/** Returns the fields without which there is nothing to show, for Account or Contact. */
export function neededFields(objectApiName) {
    return NEEDED.map((field) => `${objectApiName}.${field}`);
}

/** Returns the fields that are shown where the user may see them. */
export function optionalFields(objectApiName) {
    return OPTIONAL.map((field) => `${objectApiName}.${field}`);
}

/**
 * Returns a record of Lightning Data Service as a plain member: each of our fields by its API name, `shown` with the
 * texts that Salesforce made of them (translated picklists, money), and the owner's name. `localDays` takes a sentence
 * and the day it was made, and returns it with its days as the user writes them.
 */
export function memberOf(record, localDays) {
    const member = { shown: {}, ownerName: record.fields.Owner?.value?.fields?.Name?.value ?? "" };
    for (const field of [...NEEDED, ...OPTIONAL]) {
        member[field] = record.fields[field]?.value ?? null;
        member.shown[field] = record.fields[field]?.displayValue ?? record.fields[field]?.value ?? "";
    }
    for (const field of SENTENCES) {
        member[field] = localDays(member[field], member.Scored_As_Of__c);
    }
    return member;
}

/**
 * Returns what may be brought up with a member about a goal: an `offer` or `ask` on a positive vector only, an
 * `accelerator` unless they are off course; none of them on a goal that is our assumption.
 */
export function readyFor(member, goal) {
    const { Vector_Status__c: status, Success_Gap__c: gap, Facts_Stale__c: stale } = member ?? {};
    const confirmed = Boolean(goal.confirmedOn);
    const positive = confirmed && ["On course", "Arrived"].includes(status) && gap !== "Open" && !stale;
    return { offer: positive, ask: positive, accelerator: confirmed && Boolean(status) && status !== "Off course" };
}
