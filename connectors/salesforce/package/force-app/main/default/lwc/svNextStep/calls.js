import { capital, wholeMoney } from "c/svShared";

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

const ICONS = {
    alarm: "utility:warning",
    care: "utility:clock",
    good: "utility:success",
    quiet: "utility:info"
};

/** Returns how pressing a member's next step is: `tone` is alarm, care, good (to look forward to) or quiet. */
export function lookOf(member) {
    const chance = [member.Expansion_Flag__c, member.Advocacy_Flag__c].includes("Ready");
    const tone = TONES[member.Intervention_Flag__c] ?? (member.Next_Step__c || chance ? "good" : "quiet");
    return { tone, icon: ICONS[tone] };
}

/** Returns a next step as {who, what}. Whose it is stands before the first colon, outside of any quotes. */
export function stepOf(text) {
    const [, who, what] = /^([^:'"]{1,60}): ([^]+)$/.exec(text) ?? [null, "", text];
    return { who: who.replace(/^The /, "the "), what: capital(what) };
}

/** Returns why, without the flag that stands beside it already. */
export function reasonOf({ Intervention_Flag__c: flag, Intervention_Reason__c: reason }) {
    const said = `${flag}: `.toLowerCase();
    return reason?.toLowerCase().startsWith(said) ? reason.slice(said.length) : reason;
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
