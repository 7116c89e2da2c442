const COPIED = [
    "Name",
    "Type__c",
    "Weight__c",
    "Metric_Name__c",
    "Metric_Baseline__c",
    "Metric_Target__c",
    "Inside_Offering__c",
    "Evidence_Source__c",
    "Advocacy_Ask__c",
    "Advocacy_Level__c",
    "Expansion_Offer__c"
];

function creditOf({ metric }, reached) {
    if (reached) {
        return 1;
    }
    const { baseline, target, latest } = metric ?? {};
    if (!latest || latest.value === null || baseline === null) {
        return null;
    }
    const share = (latest.value - baseline) / (target - baseline);
    return Math.round(10000 * Math.min(1, Math.max(0, share))) / 10000;
}

function given(values) {
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== ""));
}

function milestone(one, { reached, today, due }) {
    const day = !reached && one.due && one.due < today ? due : one.due;
    return {
        ...Object.fromEntries(COPIED.map((field) => [field, one.node[field]?.value])),
        Desired_Outcome__c: "@{goal}",
        Due__c: day,
        First_Promised_Due__c: day,
        Achieved_On__c: reached ? one.achieved : null,
        Carried_Credit__c: creditOf(one, reached)
    };
}

function promise(one, aliases) {
    const serves = aliases[one.serves];
    return {
        Name: one.name,
        Desired_Outcome__c: "@{goal}",
        Success_Milestone__c: serves ? `@{${serves}}` : null,
        Party__c: one.party,
        Agreed_On__c: one.agreed,
        Due__c: one.due,
        Consequence__c: one.consequence
    };
}

/**
 * Returns what is to be written for a new version of a goal, in order: {alias, object, id, values}, without an id for
 * what is created; `@{alias}` stands for the id of an earlier one. `asked` holds name, objective, due, baseline,
 * reason, by, and the ids of the `requirements`, `milestones` and `promises` that come along.
 */
export function newVersion(goal, member, asked, { today, isReached }) {
    const chosen = (kind, ids) => goal[kind].filter((one) => ids.includes(one.id));
    const confirmed = asked.by ? { Confirmed_By__c: asked.by, Confirmed_On__c: today } : {};
    const start = {
        Name: asked.name,
        [`${member.objectApiName}__c`]: member.recordId,
        Objective__c: asked.objective,
        Baseline__c: asked.baseline,
        Starts_On__c: today,
        Time_Frame__c: asked.due,
        Priority__c: goal.priority,
        Supersedes__c: goal.id,
        ...confirmed
    };
    const steps = chosen("milestones", asked.milestones);
    const aliases = Object.fromEntries(steps.map((one, index) => [one.id, `milestone${index}`]));
    const create = (alias, object, values) => ({ alias, object, values: given(values) });
    const closing = { Closed_On__c: today, Closed_Reason__c: asked.reason };
    return [
        create("goal", "Desired_Outcome__c", start),
        ...chosen("requirements", asked.requirements).map((one, index) =>
            create(`requirement${index}`, "Success_Requirement__c", {
                Desired_Outcome__c: "@{goal}",
                Kind__c: one.kind,
                Description__c: one.description,
                Essential__c: one.essential
            })
        ),
        ...steps.map((one) =>
            create(aliases[one.id], "Success_Milestone__c", milestone(one, { reached: isReached(one), today, due: asked.due }))
        ),
        ...chosen("accountabilities", asked.promises).map((one, index) =>
            create(`promise${index}`, "Joint_Accountability__c", promise(one, aliases))
        ),
        { alias: "old", object: "Desired_Outcome__c", id: goal.id, values: closing }
    ];
}
