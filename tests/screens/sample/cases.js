// The cases that the screens are tried with: whose page it is, and the records behind it.
import { GOAL, GOAL_ROWS } from "./goal.js";
import { ACCOUNT, CONTACT, MEMBER, SNAPSHOTS } from "./member.js";

function snapshots(lookup, id) {
    return SNAPSHOTS.map(([day, score, low], index) => ({
        Id: `a0S00000000000${index}AAA`,
        [lookup]: id,
        Taken_On__c: day,
        Score__c: score,
        Score_Low__c: low,
        Definition_Version__c: 1
    }));
}

function page(objectApiName, changed, goal = {}) {
    const recordId = objectApiName === "Account" ? ACCOUNT : CONTACT;
    const lookup = `${objectApiName}__c`;
    return {
        member: { recordId, objectApiName },
        rows: {
            ...GOAL_ROWS,
            [objectApiName]: [{ Id: recordId, ...MEMBER, ...changed }],
            Desired_Outcome__c: goal && [{ ...GOAL, [lookup]: recordId, ...goal }],
            Success_Vector_Snapshot__c: goal ? snapshots(lookup, recordId) : []
        },
        failing: {}
    };
}

function allReached(rows) {
    return {
        ...rows,
        Success_Milestone__c: rows.Success_Milestone__c.map((row) => ({ Achieved_On__c: "2026-11-12", ...row })),
        Joint_Accountability__c: rows.Joint_Accountability__c.map((row) => ({ Done_On__c: "2026-11-10", ...row }))
    };
}

const NOTHING_CALLS = { Intervention_Flag__c: "None", Intervention_Reason__c: null, Next_Step__c: null, Next_Step_By__c: null };

function onCourse() {
    const made = page("Contact", {
        ...NOTHING_CALLS,
        Name: "Ilse Brandt",
        Vector_Status__c: "On course",
        Success_Score__c: 78.3,
        Success_Score_Low__c: 71,
        Vector_Direction__c: 0.94,
        Vector_Magnitude__c: 1.31,
        Vector_Pace__c: 1.23,
        Success_Progress__c: 0.62,
        Vector_Explanation__c: "On course: 'Certification audit' achieved on 9 Oct; 'Security plan in daily use' achieved on 5 Oct.",
        Next_Milestone__c: "Shortlisted for a tender",
        Next_Milestone_Due__c: "2026-12-15",
        Expansion_Flag__c: "Ready",
        Expansion_Offer_Name__c: "Tender desk",
        Expansion_Value__c: 9600,
        Expansion_Reason__c: "'Certification audit' achieved on 9 Oct",
        Advocacy_Flag__c: "Ready",
        Advocacy_Ask__c: "a review",
        Advocacy_Reason__c: "'Certification audit' achieved on 9 Oct"
    });
    const { Success_Milestone__c: milestones, Joint_Accountability__c: agreed } = made.rows;
    made.rows.Success_Milestone__c = milestones.map((row) =>
        row.Name === "Certification audit" ? { ...row, Achieved_On__c: "2026-10-09" } : row
    );
    made.rows.Joint_Accountability__c = agreed.map((row) =>
        row.Due__c < "2026-11-20" ? { Done_On__c: row.Due__c, ...row } : row
    );
    made.rows.Success_Vector_Snapshot__c = made.rows.Success_Vector_Snapshot__c.map((row, index) => ({
        ...row,
        Score__c: 50 + 4.7 * index,
        Score_Low__c: 44 + 4.5 * index
    }));
    return made;
}

function noGoal() {
    return page(
        "Account",
        {
            Vector_Status__c: "No goal",
            Vector_Status_Reason__c: "no time frame yet",
            Success_Score__c: null,
            Success_Score_Low__c: null,
            Vector_Direction__c: null,
            Vector_Magnitude__c: null,
            Expansion_Flag__c: "None",
            Intervention_Flag__c: "No goal",
            Intervention_Reason__c: "no goal yet: joined on 2 Sep",
            Next_Step__c: "The MSM: write about the Desired Outcome and its time frame.",
            Vector_Explanation__c: "No goal yet: no time frame."
        },
        null
    );
}

function gapOpen() {
    const made = page("Account", {
        Vector_Status__c: "Drifting",
        Success_Gap__c: "Open",
        Success_Gap_Since__c: "2026-10-20",
        Success_Score__c: 41,
        Vector_Direction__c: -0.2,
        Vector_Magnitude__c: 0.4,
        Intervention_Flag__c: "Success Gap",
        Intervention_Reason__c: "Success Gap since 20 Oct",
        Next_Step__c: "The MSM: meet about the goal itself, beyond our offering (Success Gap since 20 Oct).",
        Vector_Explanation__c: "Drifting: everything in our offering is done; nothing has moved since 5 Oct."
    });
    return made;
}

function stale() {
    return page("Account", {
        Vector_Status__c: "Holding",
        Facts_Stale__c: true,
        Vector_Direction__c: null,
        Vector_Magnitude__c: 0,
        Success_Score__c: 47,
        Success_Score_Low__c: 40,
        Intervention_Flag__c: "Stale",
        Intervention_Reason__c: "no new facts in four months",
        Next_Step__c: "The MSM: write about where the member stands today.",
        Vector_Explanation__c: "Holding: nothing has moved since 2 Jul; nothing was due."
    });
}

function arrived() {
    const made = page("Account", {
        ...NOTHING_CALLS,
        Vector_Status__c: "Arrived",
        Success_Score__c: 100,
        Success_Score_Low__c: 100,
        Vector_Direction__c: 1,
        Vector_Magnitude__c: 1.1,
        Success_Progress__c: 1,
        Expansion_Flag__c: "None",
        Advocacy_Flag__c: "Ready",
        Advocacy_Ask__c: "a case study",
        Advocacy_Reason__c: "'Two tenders won' achieved on 12 Nov",
        Next_Step__c: "The MSM: agree the next destination.",
        Next_Step_By__c: "2026-11-27",
        Vector_Explanation__c: "Arrived: 'Two tenders won' achieved on 12 Nov."
    });
    return { ...made, rows: allReached(made.rows) };
}

const DENIED = { status: 403, body: [{ errorCode: "INSUFFICIENT_ACCESS", message: "No access" }] };
const BROKEN = { status: 500, body: { message: "The server is having a moment" } };

export const CASES = {
    offCourse: () => page("Account", {}),
    onCourse,
    noGoal,
    gapOpen,
    stale,
    arrived,
    assumed: () => page("Account", {}, { Confirmed_On__c: null, Confirmed_By__c: null }),
    unscored: () => page("Account", { Vector_Status__c: null }, null),
    denied: () => ({ ...page("Account", {}), failing: { read: DENIED, query: DENIED.body } }),
    broken: () => ({ ...page("Account", {}), failing: { read: BROKEN, query: [{ message: BROKEN.body.message }] } })
};
