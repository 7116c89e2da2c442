// The cases that the screens are tried with: whose page it is, and the records behind it.
import { ACCOUNT, MEMBER, SNAPSHOTS } from "./member.js";

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

function organisation(changed = {}) {
    return {
        member: { recordId: ACCOUNT, objectApiName: "Account" },
        rows: {
            Account: [{ Id: ACCOUNT, ...MEMBER, ...changed }],
            Success_Vector_Snapshot__c: snapshots("Account__c", ACCOUNT)
        }
    };
}

export const CASES = {
    offCourse: () => organisation()
};
