import { wholeMoney } from "./words";

function nodes(connection) {
    return (connection?.edges ?? []).map((edge) => edge.node);
}

function valueOf(node, field) {
    return node?.[field]?.value ?? null;
}

function shownOf(node, field) {
    return node?.[field]?.displayValue ?? node?.[field]?.value ?? "";
}

function reading(node) {
    return {
        on: valueOf(node, "Read_On__c"),
        value: valueOf(node, "Value__c"),
        state: valueOf(node, "State__c"),
        shownState: shownOf(node, "State__c"),
        note: valueOf(node, "Note__c")
    };
}

function latest(readings, field, id, today) {
    const found = readings.find((node) => valueOf(node, field) === id && valueOf(node, "Read_On__c") <= today);
    return found ? reading(found) : null;
}

function offer(node) {
    const parent = node.Expansion_Offer__r;
    return parent
        ? {
              name: valueOf(parent, "Name"),
              kind: valueOf(parent, "Kind__c"),
              yearly: wholeMoney(shownOf(parent, "Yearly_Value__c"))
          }
        : null;
}

function metric(node, readings, today) {
    const target = valueOf(node, "Metric_Target__c");
    return target === null
        ? null
        : {
              name: valueOf(node, "Metric_Name__c"),
              baseline: valueOf(node, "Metric_Baseline__c"),
              target,
              latest: latest(readings, "Success_Milestone__c", node.Id, today)
          };
}

function milestone(node, readings, today) {
    const due = valueOf(node, "Due__c");
    return {
        id: node.Id,
        name: valueOf(node, "Name"),
        type: valueOf(node, "Type__c"),
        shownType: shownOf(node, "Type__c"),
        due,
        promised: valueOf(node, "First_Promised_Due__c") ?? due,
        achieved: valueOf(node, "Achieved_On__c"),
        reversed: valueOf(node, "Reversed_On__c"),
        ask: valueOf(node, "Advocacy_Ask__c"),
        offer: offer(node),
        metric: metric(node, readings, today),
        node
    };
}

function requirement(node, readings, today) {
    return {
        id: node.Id,
        kind: valueOf(node, "Kind__c"),
        description: valueOf(node, "Description__c"),
        essential: valueOf(node, "Essential__c"),
        latest: latest(readings, "Success_Requirement__c", node.Id, today)
    };
}

function accountability(node, milestones) {
    const serves = valueOf(node, "Success_Milestone__c");
    return {
        id: node.Id,
        name: valueOf(node, "Name"),
        party: valueOf(node, "Party__c"),
        shownParty: shownOf(node, "Party__c"),
        agreed: valueOf(node, "Agreed_On__c"),
        due: valueOf(node, "Due__c"),
        done: valueOf(node, "Done_On__c"),
        consequence: valueOf(node, "Consequence__c"),
        serves,
        milestone: milestones.find((one) => one.id === serves)?.name ?? ""
    };
}

function goal(node, today) {
    const readings = nodes(node.Success_Readings__r);
    const milestones = nodes(node.Success_Milestones__r).map((one) => milestone(one, readings, today));
    return {
        id: node.Id,
        name: valueOf(node, "Name"),
        objective: valueOf(node, "Objective__c"),
        baseline: valueOf(node, "Baseline__c"),
        startsOn: valueOf(node, "Starts_On__c"),
        dueOn: valueOf(node, "Time_Frame__c"),
        confirmedOn: valueOf(node, "Confirmed_On__c"),
        confirmedBy: valueOf(node, "Confirmed_By__c"),
        priority: valueOf(node, "Priority__c"),
        milestones,
        requirements: nodes(node.Success_Requirements__r).map((one) => requirement(one, readings, today)),
        accountabilities: nodes(node.Joint_Accountabilities__r).map((one) => accountability(one, milestones))
    };
}

/** Returns the answer to `goalQuery` as plain goals, with each requirement's and metric's latest reading as of today. */
export function goalsOf(data, today) {
    return nodes(data?.uiapi?.query?.Desired_Outcome__c).map((node) => goal(node, today));
}

/** Returns whether a milestone is behind the member: achieved, and not reversed on or after that day. */
export function isAchieved({ achieved, reversed }, today) {
    const lost = reversed && reversed >= achieved && reversed <= today;
    return Boolean(achieved) && achieved <= today && !lost;
}
