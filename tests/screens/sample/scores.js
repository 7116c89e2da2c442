// What Success Vector says about the facts of cases.js. Written by sample_scores.py.

export const SCORES = {
    "offCourse": {
        "fields": {
            "Vector_Status__c": "Off course",
            "Vector_Status_Reason__c": null,
            "Success_Score__c": 38.8,
            "Success_Score_Low__c": 33.0,
            "Vector_Direction__c": -0.5643,
            "Vector_Magnitude__c": 0.8743,
            "Vector_Pace__c": -0.4934,
            "Success_Progress__c": 0.1667,
            "Requirements_Known__c": 0.5,
            "Facts_Stale__c": false,
            "Success_Gap__c": "None",
            "Success_Gap_Since__c": null,
            "Next_Milestone__c": "Security plan in daily use",
            "Next_Milestone_Due__c": "2026-09-30",
            "Expansion_Flag__c": "Wait",
            "Expansion_Offer_Name__c": "Audit accelerator",
            "Expansion_Value__c": 12000,
            "Expansion_Reason__c": "the member is off course",
            "Expansion_Since__c": "2026-05-04",
            "Advocacy_Flag__c": "Wait",
            "Advocacy_Ask__c": "a case study",
            "Advocacy_Reason__c": "the member is off course",
            "Intervention_Flag__c": "Off course",
            "Intervention_Reason__c": "off course: we owe 'Send the audit pack' since 10 Nov; the way there is not as agreed: 'Guidance in writing first; calls only when stuck' since 3 Nov",
            "Next_Step__c": "The MSM: deliver 'Send the audit pack', late since 10 Nov.",
            "Next_Step_By__c": "2026-11-27",
            "Vector_Explanation__c": "Off course: we owe 'Send the audit pack' since 10 Nov; the way there is not as agreed: 'Guidance in writing first; calls only when stuck' since 3 Nov. If the way there is as agreed again: off course, 39 to 46.",
            "Vector_Terms__c": "{\"shape\":1,\"score\":38.8,\"low\":33.0,\"direction\":-0.5643,\"magnitude\":0.8743,\"pace\":-0.4934,\"progress\":0.1667,\"toward\":0.066667,\"away\":0.239351,\"net\":-0.172684,\"terms\":[{\"kind\":\"experience\",\"what\":\"Guidance in writing first; calls only when stuck\",\"type\":null,\"goal\":null,\"weight\":null,\"value\":-0.083333,\"ours\":false,\"why\":\"the way there is not as agreed: 'Guidance in writing first; calls only when stuck' since 3 Nov\"},{\"kind\":\"progress\",\"what\":\"Security plan in daily use\",\"type\":\"operational\",\"goal\":null,\"weight\":0.2,\"value\":0.066667,\"ours\":false,\"why\":\"'Security plan in daily use' moved ahead on 21 Sep\"},{\"kind\":\"overdue\",\"what\":\"Security plan in daily use\",\"type\":\"operational\",\"goal\":null,\"weight\":0.2,\"value\":-0.065185,\"ours\":false,\"why\":\"'Security plan in daily use' late since 30 Sep\"},{\"kind\":\"overdue\",\"what\":\"Certification audit\",\"type\":\"opportune\",\"goal\":null,\"weight\":0.15,\"value\":-0.053333,\"ours\":false,\"why\":\"'Certification audit' late since 12 Oct\"},{\"kind\":\"accountability\",\"what\":\"Certification audit\",\"type\":\"opportune\",\"goal\":null,\"weight\":0.15,\"value\":-0.0375,\"ours\":true,\"why\":\"we owe 'Send the audit pack' since 10 Nov\"}],\"left_out\":{\"count\":0,\"value\":0.0}}",
            "Scored_As_Of__c": "2026-11-20",
            "Definition_Version__c": 1
        },
        "trend": [
            [
                "2026-05-31",
                50.0,
                26.8
            ],
            [
                "2026-06-30",
                59.3,
                34.8
            ],
            [
                "2026-07-31",
                59.3,
                34.8
            ],
            [
                "2026-08-31",
                66.2,
                41.4
            ],
            [
                "2026-09-30",
                73.2,
                48.6
            ],
            [
                "2026-10-31",
                51.3,
                35.8
            ],
            [
                "2026-11-19",
                38.9,
                33.1
            ]
        ]
    },
    "onCourse": {
        "fields": {
            "Vector_Status__c": "On course",
            "Vector_Status_Reason__c": null,
            "Success_Score__c": 89.0,
            "Success_Score_Low__c": 77.6,
            "Vector_Direction__c": 1.0,
            "Vector_Magnitude__c": 1.0,
            "Vector_Pace__c": 1.0,
            "Success_Progress__c": 0.45,
            "Requirements_Known__c": 0.75,
            "Facts_Stale__c": false,
            "Success_Gap__c": "None",
            "Success_Gap_Since__c": null,
            "Next_Milestone__c": "Shortlisted for a tender",
            "Next_Milestone_Due__c": "2026-12-15",
            "Expansion_Flag__c": "None",
            "Expansion_Offer_Name__c": null,
            "Expansion_Value__c": null,
            "Expansion_Reason__c": null,
            "Expansion_Since__c": null,
            "Advocacy_Flag__c": "Teed up",
            "Advocacy_Ask__c": "a case study",
            "Advocacy_Reason__c": "not now; when 'Two tenders won' is reached",
            "Intervention_Flag__c": "None",
            "Intervention_Reason__c": null,
            "Next_Step__c": null,
            "Next_Step_By__c": null,
            "Vector_Explanation__c": "On course: 'Security plan in daily use' achieved on 5 Oct.",
            "Vector_Terms__c": "{\"shape\":1,\"score\":89.0,\"low\":77.6,\"direction\":1.0,\"magnitude\":1.0,\"pace\":1.0,\"progress\":0.45,\"toward\":0.35,\"away\":0.0,\"net\":0.35,\"terms\":[{\"kind\":\"progress\",\"what\":\"Security plan in daily use\",\"type\":\"operational\",\"goal\":null,\"weight\":0.2,\"value\":0.2,\"ours\":false,\"why\":\"'Security plan in daily use' achieved on 5 Oct\"},{\"kind\":\"progress\",\"what\":\"Certification audit\",\"type\":\"opportune\",\"goal\":null,\"weight\":0.15,\"value\":0.15,\"ours\":false,\"why\":\"'Certification audit' achieved on 9 Oct\"}],\"left_out\":{\"count\":0,\"value\":0.0}}",
            "Scored_As_Of__c": "2026-11-20",
            "Definition_Version__c": 1
        },
        "trend": [
            [
                "2026-05-31",
                50.0,
                26.8
            ],
            [
                "2026-06-30",
                59.3,
                34.8
            ],
            [
                "2026-07-31",
                59.3,
                34.8
            ],
            [
                "2026-08-31",
                66.2,
                41.4
            ],
            [
                "2026-09-30",
                73.2,
                48.6
            ],
            [
                "2026-10-31",
                89.0,
                67.5
            ],
            [
                "2026-11-19",
                89.0,
                77.6
            ]
        ]
    },
    "expansionReady": {
        "fields": {
            "Vector_Status__c": "On course",
            "Vector_Status_Reason__c": null,
            "Success_Score__c": 89.0,
            "Success_Score_Low__c": 77.6,
            "Vector_Direction__c": 1.0,
            "Vector_Magnitude__c": 1.0,
            "Vector_Pace__c": 1.0,
            "Success_Progress__c": 0.45,
            "Requirements_Known__c": 0.75,
            "Facts_Stale__c": false,
            "Success_Gap__c": "None",
            "Success_Gap_Since__c": null,
            "Next_Milestone__c": "Shortlisted for a tender",
            "Next_Milestone_Due__c": "2026-12-15",
            "Expansion_Flag__c": "Ready",
            "Expansion_Offer_Name__c": "Tender desk",
            "Expansion_Value__c": 9600,
            "Expansion_Reason__c": "'Certification audit' achieved on 9 Oct",
            "Expansion_Since__c": "2026-10-09",
            "Advocacy_Flag__c": "Ready",
            "Advocacy_Ask__c": "a review",
            "Advocacy_Reason__c": "'Certification audit' achieved on 9 Oct",
            "Intervention_Flag__c": "None",
            "Intervention_Reason__c": null,
            "Next_Step__c": null,
            "Next_Step_By__c": null,
            "Vector_Explanation__c": "On course: 'Security plan in daily use' achieved on 5 Oct.",
            "Vector_Terms__c": "{\"shape\":1,\"score\":89.0,\"low\":77.6,\"direction\":1.0,\"magnitude\":1.0,\"pace\":1.0,\"progress\":0.45,\"toward\":0.35,\"away\":0.0,\"net\":0.35,\"terms\":[{\"kind\":\"progress\",\"what\":\"Security plan in daily use\",\"type\":\"operational\",\"goal\":null,\"weight\":0.2,\"value\":0.2,\"ours\":false,\"why\":\"'Security plan in daily use' achieved on 5 Oct\"},{\"kind\":\"progress\",\"what\":\"Certification audit\",\"type\":\"opportune\",\"goal\":null,\"weight\":0.15,\"value\":0.15,\"ours\":false,\"why\":\"'Certification audit' achieved on 9 Oct\"}],\"left_out\":{\"count\":0,\"value\":0.0}}",
            "Scored_As_Of__c": "2026-11-20",
            "Definition_Version__c": 1
        },
        "trend": [
            [
                "2026-05-31",
                50.0,
                26.8
            ],
            [
                "2026-06-30",
                59.3,
                34.8
            ],
            [
                "2026-07-31",
                59.3,
                34.8
            ],
            [
                "2026-08-31",
                66.2,
                41.4
            ],
            [
                "2026-09-30",
                73.2,
                48.6
            ],
            [
                "2026-10-31",
                89.0,
                67.5
            ],
            [
                "2026-11-19",
                89.0,
                77.6
            ]
        ]
    },
    "gapOpen": {
        "fields": {
            "Vector_Status__c": "Drifting",
            "Vector_Status_Reason__c": null,
            "Success_Score__c": 55.8,
            "Success_Score_Low__c": 47.9,
            "Vector_Direction__c": 0.0573,
            "Vector_Magnitude__c": 1.081,
            "Vector_Pace__c": 0.0619,
            "Success_Progress__c": 0.3,
            "Requirements_Known__c": 0.75,
            "Facts_Stale__c": false,
            "Success_Gap__c": "Open",
            "Success_Gap_Since__c": "2026-11-03",
            "Next_Milestone__c": "Certification audit",
            "Next_Milestone_Due__c": "2026-10-12",
            "Expansion_Flag__c": "Accelerator",
            "Expansion_Offer_Name__c": "Audit accelerator",
            "Expansion_Value__c": 12000,
            "Expansion_Reason__c": "would speed up 'Certification audit', due 12 Oct",
            "Expansion_Since__c": "2026-07-14",
            "Advocacy_Flag__c": "Teed up",
            "Advocacy_Ask__c": "a case study",
            "Advocacy_Reason__c": "not now; when 'Two tenders won' is reached",
            "Intervention_Flag__c": "Success Gap",
            "Intervention_Reason__c": "Success Gap since 3 Nov",
            "Next_Step__c": "The MSM: write about the goal itself, beyond our offering (Success Gap since 3 Nov).",
            "Next_Step_By__c": "2026-11-27",
            "Vector_Explanation__c": "Drifting: a condition is not met: 'At least one tender is worth $250,000 or more' since 3 Nov; 'Certification audit' late since 12 Oct. If the condition is met again: drifting, 56 to 70.",
            "Vector_Terms__c": "{\"shape\":1,\"score\":55.8,\"low\":47.9,\"direction\":0.0573,\"magnitude\":1.081,\"pace\":0.0619,\"progress\":0.3,\"toward\":0.2,\"away\":0.178333,\"net\":0.021667,\"terms\":[{\"kind\":\"progress\",\"what\":\"Security plan in daily use\",\"type\":\"operational\",\"goal\":null,\"weight\":0.2,\"value\":0.2,\"ours\":false,\"why\":\"'Security plan in daily use' achieved on 5 Oct\"},{\"kind\":\"condition\",\"what\":\"At least one tender is worth $250,000 or more\",\"type\":null,\"goal\":null,\"weight\":null,\"value\":-0.125,\"ours\":false,\"why\":\"a condition is not met: 'At least one tender is worth $250,000 or more' since 3 Nov\"},{\"kind\":\"overdue\",\"what\":\"Certification audit\",\"type\":\"opportune\",\"goal\":null,\"weight\":0.15,\"value\":-0.053333,\"ours\":false,\"why\":\"'Certification audit' late since 12 Oct\"}],\"left_out\":{\"count\":0,\"value\":0.0}}",
            "Scored_As_Of__c": "2026-11-20",
            "Definition_Version__c": 1
        },
        "trend": [
            [
                "2026-05-31",
                50.0,
                26.8
            ],
            [
                "2026-06-30",
                59.3,
                34.8
            ],
            [
                "2026-07-31",
                59.3,
                34.8
            ],
            [
                "2026-08-31",
                66.2,
                41.4
            ],
            [
                "2026-09-30",
                73.2,
                48.6
            ],
            [
                "2026-10-31",
                72.3,
                52.8
            ],
            [
                "2026-11-19",
                55.8,
                47.9
            ]
        ]
    },
    "stale": {
        "fields": {
            "Vector_Status__c": "Holding",
            "Vector_Status_Reason__c": null,
            "Success_Score__c": 41.5,
            "Success_Score_Low__c": 24.8,
            "Vector_Direction__c": null,
            "Vector_Magnitude__c": 0.0,
            "Vector_Pace__c": 0.0,
            "Success_Progress__c": 0.05,
            "Requirements_Known__c": 0.0,
            "Facts_Stale__c": true,
            "Success_Gap__c": "None",
            "Success_Gap_Since__c": null,
            "Next_Milestone__c": "Certification audit",
            "Next_Milestone_Due__c": "2026-12-12",
            "Expansion_Flag__c": "Accelerator",
            "Expansion_Offer_Name__c": "Audit accelerator",
            "Expansion_Value__c": 12000,
            "Expansion_Reason__c": "would speed up 'Certification audit', due 12 Dec",
            "Expansion_Since__c": "2026-09-13",
            "Advocacy_Flag__c": "Teed up",
            "Advocacy_Ask__c": "a case study",
            "Advocacy_Reason__c": "not now; when 'Two tenders won' is reached",
            "Intervention_Flag__c": "Stale",
            "Intervention_Reason__c": "no new facts in four months",
            "Next_Step__c": "The MSM: ask in a short message about where the member stands today.",
            "Next_Step_By__c": "2026-11-27",
            "Vector_Explanation__c": "Holding: nothing has moved since 24 Jun; nothing was due.",
            "Vector_Terms__c": "{\"shape\":1,\"score\":41.5,\"low\":24.8,\"direction\":null,\"magnitude\":0.0,\"pace\":0.0,\"progress\":0.05,\"toward\":0.0,\"away\":0.0,\"net\":0.0,\"terms\":[],\"left_out\":{\"count\":0,\"value\":0.0}}",
            "Scored_As_Of__c": "2026-11-20",
            "Definition_Version__c": 1
        },
        "trend": [
            [
                "2026-06-30",
                59.3,
                34.8
            ],
            [
                "2026-07-31",
                59.3,
                34.8
            ],
            [
                "2026-08-31",
                59.3,
                34.8
            ],
            [
                "2026-09-30",
                56.9,
                33.4
            ],
            [
                "2026-10-31",
                47.5,
                28.2
            ],
            [
                "2026-11-19",
                41.8,
                24.9
            ]
        ]
    },
    "arrived": {
        "fields": {
            "Vector_Status__c": "Arrived",
            "Vector_Status_Reason__c": null,
            "Success_Score__c": 100.0,
            "Success_Score_Low__c": 100.0,
            "Vector_Direction__c": 1.0,
            "Vector_Magnitude__c": 2.5714,
            "Vector_Pace__c": 2.5714,
            "Success_Progress__c": 1.0,
            "Requirements_Known__c": 1.0,
            "Facts_Stale__c": false,
            "Success_Gap__c": "None",
            "Success_Gap_Since__c": null,
            "Next_Milestone__c": null,
            "Next_Milestone_Due__c": null,
            "Expansion_Flag__c": "Ready",
            "Expansion_Offer_Name__c": "Tender desk",
            "Expansion_Value__c": 9600,
            "Expansion_Reason__c": "'Certification audit' achieved on 9 Oct",
            "Expansion_Since__c": "2026-10-09",
            "Advocacy_Flag__c": "Ready",
            "Advocacy_Ask__c": "a review",
            "Advocacy_Reason__c": "'Certification audit' achieved on 9 Oct",
            "Intervention_Flag__c": "None",
            "Intervention_Reason__c": null,
            "Next_Step__c": "The MSM: agree the next destination.",
            "Next_Step_By__c": "2026-11-27",
            "Vector_Explanation__c": "Arrived: 'Two tenders won' achieved on 12 Nov.",
            "Vector_Terms__c": "{\"shape\":1,\"score\":100.0,\"low\":100.0,\"direction\":1.0,\"magnitude\":2.5714,\"pace\":2.5714,\"progress\":1.0,\"toward\":0.9,\"away\":0.0,\"net\":0.9,\"terms\":[{\"kind\":\"progress\",\"what\":\"Two tenders won\",\"type\":\"strategic\",\"goal\":null,\"weight\":0.4,\"value\":0.4,\"ours\":false,\"why\":\"'Two tenders won' achieved on 12 Nov\"},{\"kind\":\"progress\",\"what\":\"Security plan in daily use\",\"type\":\"operational\",\"goal\":null,\"weight\":0.2,\"value\":0.2,\"ours\":false,\"why\":\"'Security plan in daily use' achieved on 5 Oct\"},{\"kind\":\"progress\",\"what\":\"Certification audit\",\"type\":\"opportune\",\"goal\":null,\"weight\":0.15,\"value\":0.15,\"ours\":false,\"why\":\"'Certification audit' achieved on 9 Oct\"},{\"kind\":\"progress\",\"what\":\"Shortlisted for a tender\",\"type\":\"opportune\",\"goal\":null,\"weight\":0.15,\"value\":0.15,\"ours\":false,\"why\":\"'Shortlisted for a tender' achieved on 12 Nov\"}],\"left_out\":{\"count\":0,\"value\":0.0}}",
            "Scored_As_Of__c": "2026-11-20",
            "Definition_Version__c": 1
        },
        "trend": [
            [
                "2026-05-31",
                50.0,
                26.8
            ],
            [
                "2026-06-30",
                59.3,
                34.8
            ],
            [
                "2026-07-31",
                59.3,
                34.8
            ],
            [
                "2026-08-31",
                66.2,
                41.4
            ],
            [
                "2026-09-30",
                73.2,
                48.6
            ],
            [
                "2026-10-31",
                89.0,
                67.5
            ],
            [
                "2026-11-19",
                100.0,
                100.0
            ]
        ]
    },
    "noGoal": {
        "fields": {
            "Vector_Status__c": "No goal",
            "Vector_Status_Reason__c": "no active outcome",
            "Success_Score__c": null,
            "Success_Score_Low__c": null,
            "Vector_Direction__c": null,
            "Vector_Magnitude__c": null,
            "Vector_Pace__c": null,
            "Success_Progress__c": null,
            "Requirements_Known__c": null,
            "Facts_Stale__c": false,
            "Success_Gap__c": "None",
            "Success_Gap_Since__c": null,
            "Next_Milestone__c": null,
            "Next_Milestone_Due__c": null,
            "Expansion_Flag__c": "None",
            "Expansion_Offer_Name__c": null,
            "Expansion_Value__c": null,
            "Expansion_Reason__c": null,
            "Expansion_Since__c": null,
            "Advocacy_Flag__c": "None",
            "Advocacy_Ask__c": null,
            "Advocacy_Reason__c": null,
            "Intervention_Flag__c": "No goal",
            "Intervention_Reason__c": "no goal yet: no active outcome",
            "Next_Step__c": "The MSM: write about the Desired Outcome and its time frame, with a proposal they can change.",
            "Next_Step_By__c": "2026-11-27",
            "Vector_Explanation__c": "No goal yet: no active outcome.",
            "Vector_Terms__c": null,
            "Scored_As_Of__c": "2026-11-20",
            "Definition_Version__c": 1
        },
        "trend": []
    }
};
