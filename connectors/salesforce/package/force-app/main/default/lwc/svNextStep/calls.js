import { wholeMoney } from "c/svShared";

const TONES = {
    "Off course": "alarm",
    "Our action late": "alarm",
    "Key contact left": "alarm",
    "Success Gap": "alarm",
    Drifting: "care",
    "No goal": "care",
    Stale: "care",
    "Billing contact only": "care"
};

/** Returns how pressing a member's next step is: alarm, care, good (something to look forward to) or quiet. */
export function toneOf(member) {
    const tone = TONES[member.Intervention_Flag__c];
    return tone ?? (member.Next_Step__c || member.Expansion_Flag__c === "Ready" ? "good" : "quiet");
}

/** Returns the offer as {name, yearly, reason, kind}, kind being ready, accelerator, teedUp or wait; null for none. */
export function offerOf(member) {
    const kind = { Ready: "ready", Accelerator: "accelerator", "Teed up": "teedUp", Wait: "wait" }[member.Expansion_Flag__c];
    const { Expansion_Offer_Name__c: name, Expansion_Reason__c: reason } = member;
    return kind && name ? { kind, name, reason, yearly: wholeMoney(member.shown.Expansion_Value__c) } : null;
}

/** Returns the ask as {name, reason, kind}, kind being ready, teedUp or wait; null for none. */
export function askOf(member) {
    const kind = { Ready: "ready", "Teed up": "teedUp", Wait: "wait" }[member.Advocacy_Flag__c];
    const { Advocacy_Ask__c: name, Advocacy_Reason__c: reason } = member;
    return kind && name ? { kind, name, reason } : null;
}

/** Returns the values of a new task about a member; a person is whom it is with, an organisation what it is about. */
export function taskValues({ recordId, objectApiName }, { subject, day }) {
    return {
        Subject: subject.slice(0, 255),
        ...(day ? { ActivityDate: day } : {}),
        [objectApiName === "Contact" ? "WhoId" : "WhatId"]: recordId,
        Engagement_Direction__c: "Outbound proactive"
    };
}
