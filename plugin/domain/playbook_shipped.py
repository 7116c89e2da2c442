"""The playbooks of the four coverage segments, as they come: channel and step by situation.

Inbound members get something to use on their own terms, never a call to a meeting; asynchronous ones a message or a
recording; synchronous ones a meeting, with messages for what needs none; a task force comes together.
"""

from __future__ import annotations

from collections.abc import Mapping

WHO: Mapping[str, str] = {
    "inbound": "the inbound team",
    "asynchronous": "the MSM",
    "synchronous": "the MSM",
    "task_force": "the task force",
}

SHIPPED: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "inbound": {
        "off_course": ("email", "send a resource on {topic}"),
        "drifting": ("email", "send a resource on {topic}"),
        "success_gap": ("email", "send an example of members who reached {topic} ({reason})"),
        "no_goal": ("email", "send three questions on {topic}, to be answered in five minutes"),
        "stale": ("email", "send one question on {topic}, to be answered with a click"),
        "key_contact_left": ("email", "send the plan and a page on {topic} ({reason})"),
        "billing_contact_only": ("email", "send an invitation to pass on to others, on {topic}"),
        "arrived": ("email", "send examples to choose from: agree {topic}"),
        "otherwise": ("email", "send a resource on {topic}"),
    },
    "asynchronous": {
        "off_course": ("async_1_1", "write about {topic}"),
        "drifting": ("async_1_1", "write about {topic}"),
        "success_gap": ("async_1_1", "write about {topic} ({reason})"),
        "no_goal": ("async_1_1", "write about {topic}, with a proposal they can change"),
        "stale": ("chat", "ask in a short message about {topic}"),
        "key_contact_left": ("async_1_1", "record a short video on {topic} ({reason})"),
        "billing_contact_only": ("async_1_1", "ask who else should hear of {topic}"),
        "arrived": ("async_1_1", "agree {topic}"),
        "otherwise": ("async_1_1", "write about {topic}"),
    },
    "synchronous": {
        "off_course": ("meeting_1_1", "meet about {topic}"),
        "drifting": ("meeting_1_1", "meet about {topic}"),
        "success_gap": ("meeting_1_1", "meet about {topic} ({reason})"),
        "no_goal": ("meeting_1_1", "meet about {topic}"),
        "stale": ("async_1_1", "write about {topic}, before the next meeting"),
        "key_contact_left": ("meeting_1_1", "meet about {topic} ({reason})"),
        "billing_contact_only": ("meeting_1_1", "meet about {topic}"),
        "arrived": ("meeting_1_1", "agree {topic}"),
        "otherwise": ("meeting_1_1", "meet about {topic}"),
    },
    "task_force": {
        "off_course": ("meeting_1_1", "bring everyone together on {topic}"),
        "drifting": ("meeting_1_1", "bring everyone together on {topic}"),
        "success_gap": ("meeting_1_1", "bring everyone together on {topic} ({reason})"),
        "no_goal": ("meeting_1_1", "bring everyone together on {topic}"),
        "stale": ("async_1_1", "collect from everyone involved {topic}"),
        "key_contact_left": ("meeting_1_1", "bring everyone together on {topic} ({reason})"),
        "billing_contact_only": ("meeting_1_1", "bring everyone together on {topic}"),
        "arrived": ("meeting_1_1", "agree {topic}"),
        "otherwise": ("meeting_1_1", "bring everyone together on {topic}"),
    },
}
"""By coverage model."""
