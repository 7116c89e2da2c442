// The cases that the screens are tried with: whose page it is, and the records behind it.
import { GOAL, GOAL_ROWS } from "./goal.js";
import { ACCOUNT, CONTACT, MEMBER } from "./member.js";
import { SCORES } from "./scores.js";

const DESK = { Id: "a06000000000003AAA", Name: "Tender desk", Kind__c: "Upsell", Yearly_Value__c: 9600 };

const CHANCES = { Expansion_Offer__c: DESK.Id, Advocacy_Ask__c: "a review", Advocacy_Level__c: 1 };

/** The facts of each case: records by object, the goal's own values, or null for no goal. */
export const FACTS = {
    offCourse: { rows: GOAL_ROWS },
    onCourse: { rows: onTheWay({}) },
    expansionReady: { rows: onTheWay() },
    gapOpen: { rows: doneInOurOffering() },
    stale: { rows: longSilent(), goal: { Starts_On__c: "2026-06-08", Confirmed_On__c: "2026-06-10" } },
    arrived: { rows: allReached() },
    noGoal: { rows: {}, goal: null }
};

function changed(object, change) {
    return GOAL_ROWS[object].map((row) => ({ ...row, ...change(row) }));
}

function assessed(...states) {
    const judged = GOAL_ROWS.Success_Requirement__c.map(({ Id, Desired_Outcome__c }, index) => ({
        Id: `a0500000000001${index}AAA`,
        Desired_Outcome__c,
        Success_Requirement__c: Id,
        Read_On__c: "2026-11-03",
        State__c: states[index]
    }));
    return [...GOAL_ROWS.Success_Reading__c.filter((row) => row.Success_Milestone__c), ...judged.filter((row) => row.State__c)];
}

function onTheWay(chances = CHANCES) {
    const achieved = { "Security plan in daily use": "2026-10-05", "Certification audit": "2026-10-09" };
    return {
        ...GOAL_ROWS,
        Expansion_Offer__c: [...GOAL_ROWS.Expansion_Offer__c, DESK],
        Success_Milestone__c: changed("Success_Milestone__c", ({ Name }) => ({
            ...(achieved[Name] ? { Achieved_On__c: achieved[Name] } : {}),
            ...(Name === "Certification audit" ? { Expansion_Offer__c: null, ...chances } : {})
        })),
        Joint_Accountability__c: changed("Joint_Accountability__c", ({ Due__c }) =>
            Due__c < "2026-11-20" ? { Done_On__c: Due__c } : {}
        ),
        Success_Reading__c: assessed("Met", "Met", "Met", null)
    };
}

function doneInOurOffering() {
    return {
        ...onTheWay(),
        Success_Milestone__c: changed("Success_Milestone__c", ({ Name }) =>
            Name === "Security plan in daily use" ? { Achieved_On__c: "2026-10-05" } : {}
        ),
        Success_Reading__c: assessed("Breached", "Met", "Met", null)
    };
}

function longSilent() {
    return {
        ...GOAL_ROWS,
        Success_Milestone__c: changed("Success_Milestone__c", ({ Name, Due__c }) => {
            const day = Due__c < "2026-07-01" ? Due__c : Due__c.replace(/^2026-\d\d/, "2026-12");
            const due = Due__c > "2027" ? Due__c : day;
            const first = Name === "Self-assessment done" ? { Achieved_On__c: "2026-06-24", Due__c: "2026-06-26" } : { Achieved_On__c: null, Due__c: due };
            return { ...first, First_Promised_Due__c: first.Due__c };
        }),
        Joint_Accountability__c: changed("Joint_Accountability__c", ({ Due__c }) =>
            Due__c < "2026-11-20" ? { Due__c: Due__c.replace(/^2026-\d\d/, "2026-12"), Done_On__c: null } : {}
        ),
        Success_Reading__c: []
    };
}

function allReached() {
    return {
        ...onTheWay(),
        Success_Milestone__c: onTheWay().Success_Milestone__c.map((row) => ({ Achieved_On__c: "2026-11-12", ...row })),
        Joint_Accountability__c: changed("Joint_Accountability__c", () => ({ Done_On__c: "2026-11-10" })),
        Success_Reading__c: assessed("Met", "Met", "Met", "Met")
    };
}

function snapshots(trend, lookup, id) {
    return trend.map(([day, score, low], index) => ({
        Id: `a0S00000000000${index}AAA`,
        [lookup]: id,
        Taken_On__c: day,
        Score__c: score,
        Score_Low__c: low,
        Definition_Version__c: 1
    }));
}

function page(name, objectApiName, { member = {}, goal = {} } = {}) {
    const recordId = objectApiName === "Account" ? ACCOUNT : CONTACT;
    const lookup = `${objectApiName}__c`;
    const facts = FACTS[name];
    const own = facts.goal === null || goal === null ? [] : [{ ...GOAL, [lookup]: recordId, ...facts.goal, ...goal }];
    const { fields, trend } = SCORES[name];
    return {
        member: { recordId, objectApiName },
        rows: {
            ...facts.rows,
            [objectApiName]: [{ Id: recordId, ...MEMBER, ...fields, ...member }],
            Desired_Outcome__c: own,
            Success_Vector_Snapshot__c: snapshots(trend, lookup, recordId)
        },
        failing: {}
    };
}

const WORD = "Sicherheitsmanagementsystemzertifizierungsvorbereitung";
const LONG = `${WORD} and everything that belongs to it in all of the forty-two sites, from the harbour to the hinterland`;

/** Everything that people can type, as long as it may be. */
function longTexts(object) {
    const made = page("offCourse", object, {
        member: {
            Name: `Sample Member 017 ${LONG}`,
            Next_Step__c: `The MSM: deliver '${LONG.slice(0, 80)}', late since 10 Nov.`,
            Intervention_Reason__c: `off course: '${LONG}' late since 12 Oct`.slice(0, 255),
            Expansion_Offer_Name__c: LONG.slice(0, 80)
        },
        goal: { Objective__c: `${LONG}. `.repeat(8), Confirmed_By__c: LONG, Baseline__c: LONG }
    });
    for (const object of ["Success_Milestone__c", "Joint_Accountability__c"]) {
        made.rows[object] = made.rows[object].map((row) => ({ ...row, Name: LONG.slice(0, 80), Consequence__c: LONG }));
    }
    made.rows.Success_Requirement__c = made.rows.Success_Requirement__c.map((row) => ({ ...row, Description__c: LONG }));
    made.rows.Success_Reading__c = made.rows.Success_Reading__c.map((row) => ({ ...row, Note__c: LONG }));
    return made;
}

function unscored(object) {
    const nothing = Object.fromEntries(Object.keys(SCORES.noGoal.fields).map((field) => [field, null]));
    return page("noGoal", object, { member: nothing });
}

const ASSUMED = { Confirmed_On__c: null, Confirmed_By__c: null };
const DENIED = { status: 403, body: [{ errorCode: "INSUFFICIENT_ACCESS", message: "No access" }] };
const BROKEN = { status: 500, body: { message: "The server is having a moment" } };

const MADE = {
    offCourse: (object) => page("offCourse", object),
    onCourse: (object) => page("onCourse", object),
    expansionReady: (object) => page("expansionReady", object),
    noGoal: (object) => page("noGoal", object),
    gapOpen: (object) => page("gapOpen", object),
    stale: (object) => page("stale", object),
    arrived: (object) => page("arrived", object),
    assumed: (object) => page("offCourse", object, { goal: ASSUMED }),
    longTexts,
    unscored,
    denied: (object) => ({ ...page("offCourse", object), failing: { read: DENIED, query: DENIED.body } }),
    loading: (object) => ({ ...page("offCourse", object), failing: { waiting: true } }),
    broken: (object) => ({ ...page("offCourse", object), failing: { read: BROKEN, query: [{ message: BROKEN.body.message }] } })
};

/** The cases by name: each makes the records of an Account, or of a Contact when asked for one. */
export const CASES = Object.fromEntries(
    Object.entries(MADE).map(([name, made]) => [name, (object = "Account") => made(object)])
);
