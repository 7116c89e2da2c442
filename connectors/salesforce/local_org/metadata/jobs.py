"""The queue of deployments: one at a time, in the background, with a result that can be asked for meanwhile."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from connectors.salesforce.local_org.errors import OrgError, not_modelled
from connectors.salesforce.local_org.metadata import archive as zips
from connectors.salesforce.local_org.metadata.deploy import Deployment, Report, RolledBack, counted, without_faulty
from connectors.salesforce.local_org.metadata.outcome import Component, Failure, failure_json, success_json
from connectors.salesforce.local_org.metadata.registry import new_id
from connectors.salesforce.local_org.retrieve import sources

if TYPE_CHECKING:
    from connectors.salesforce.local_org.org import Org

TEST_LEVELS = ("NoTestRun", "RunLocalTests", "RunAllTestsInOrg", "RunSpecifiedTests")
_NO_TESTS = {
    "numFailures": 0, "numTestsRun": 0, "totalTime": 0.0, "failures": [], "successes": [], "codeCoverage": [],
    "codeCoverageWarnings": [], "flowCoverage": [], "flowCoverageWarnings": [],
}  # fmt: skip


@dataclass(frozen=True)
class Options:
    """What a deployment was asked to do; the names are Salesforce's."""

    checkOnly: bool = False  # noqa: N815
    rollbackOnError: bool = True  # noqa: N815
    ignoreWarnings: bool = False  # noqa: N815
    singlePackage: bool = True  # noqa: N815
    allowMissingFiles: bool = False  # noqa: N815
    autoUpdatePackage: bool = False  # noqa: N815
    performRetrieve: bool = False  # noqa: N815
    purgeOnDelete: bool = False  # noqa: N815
    testLevel: str | None = None  # noqa: N815
    runTests: tuple[str, ...] = ()  # noqa: N815

    @classmethod
    def read(cls, given: object) -> Options:
        """Return the options of a request; what this org would not do is refused."""
        if not isinstance(given, dict):
            raise OrgError("JSON_PARSER_ERROR", "deployOptions is missing")
        unknown = set(given) - set(cls.__dataclass_fields__)
        if unknown:
            raise OrgError("JSON_PARSER_ERROR", f'Unrecognized field "{min(unknown)}" in deployOptions')
        known = {name: value for name, value in given.items() if value is not None}
        options = cls(**{**known, "runTests": tuple(known.get("runTests") or ())})
        flags = [name for name, value in asdict(options).items() if name not in {"testLevel", "runTests"}]
        wrong = [name for name in flags if not isinstance(getattr(options, name), bool)]
        if wrong:
            raise OrgError("JSON_PARSER_ERROR", f"{wrong[0]} is true or false")
        if options.testLevel is not None and options.testLevel not in TEST_LEVELS:
            raise OrgError("INVALID_INPUT", f"testLevel is one of {', '.join(TEST_LEVELS)}, not {options.testLevel}")
        for name in ("allowMissingFiles", "performRetrieve", "autoUpdatePackage"):
            if getattr(options, name):
                raise not_modelled(f"{name} in a deployment")
        if not options.rollbackOnError:
            raise not_modelled("deployments with rollbackOnError false: set it true")
        return options


@dataclass
class Job:
    """One deployment in the queue."""

    id: str
    content: bytes
    options: Options
    user_id: str


class Deployments:
    """The deployments of an org. `committed` is called after one has changed it."""

    def __init__(self, org: Org, committed: Callable[[], None]) -> None:
        self._org = org
        self._committed = committed
        self._jobs: queue.Queue[Job | None] = queue.Queue()
        self._canceled: set[str] = set()
        self._beginning = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to work on the queue, if nobody does; what an earlier run left unfinished is told as failed."""
        if self._thread is not None:
            return
        with self._org.work() as work:
            stopped = {"done": True, "status": "Failed", "success": False, "errorMessage": "The org was stopped"}
            work.conn.execute(
                "UPDATE org_meta.deployments SET result = result || %s WHERE NOT (result->>'done')::boolean",
                (Jsonb(stopped),),
            )
        self._thread = threading.Thread(target=self._drain, name="local-org-deployments", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the deployment under way, and no more."""
        self._jobs.put(None)
        if self._thread is not None:
            self._thread.join(timeout=30)
            self._thread = None

    def submit(self, content: bytes, options: Options, user_id: str) -> str:
        """Queue a deployment; returns its id."""
        with self._org.work() as work:
            job = Job(new_id(work.conn, "Deployment"), content, options, user_id)
            result = {
                "id": job.id, "status": "Pending", "done": False, "success": False, "checkOnly": options.checkOnly,
                "ignoreWarnings": options.ignoreWarnings, "rollbackOnError": options.rollbackOnError,
                "runTestsEnabled": False, "createdBy": user_id, "createdByName": "", "createdDate": _moment(),
                "numberComponentErrors": 0, "numberComponentsDeployed": 0, "numberComponentsTotal": 0,
                "numberTestErrors": 0, "numberTestsCompleted": 0, "numberTestsTotal": 0,
                "startDate": None, "completedDate": None, "lastModifiedDate": _moment(), "stateDetail": None,
                "errorMessage": None, "errorStatusCode": None,
            }  # fmt: skip
            work.conn.execute("INSERT INTO org_meta.deployments VALUES (%s, %s)", (job.id, Jsonb(result)))
        self._jobs.put(job)
        return job.id

    def result(self, deployment_id: str, *, details: bool) -> dict[str, Any]:
        """Return a deployment's DeployResult; its `details` only where they are asked for."""
        with self._org.work() as work:
            row = work.conn.execute(
                "SELECT result FROM org_meta.deployments WHERE id = %s OR left(id, 15) = %s",
                (deployment_id, deployment_id),
            ).fetchone()
        if row is None:
            raise OrgError("INVALID_CROSS_REFERENCE_KEY", f"invalid cross reference id: {deployment_id}", status=404)
        result: dict[str, Any] = row[0]
        if not details:
            result.pop("details", None)
        elif "details" not in result:
            result["details"] = _details(Report(), _moment())
        return result

    def cancel(self, deployment_id: str) -> None:
        """Cancel a deployment that hasn't begun; one that is done, or under way, is refused."""
        with self._beginning:
            result = self.result(deployment_id, details=False)
            if result["status"] != "Pending":
                words = f"The deployment is {result['status']} and can't be canceled any more"
                raise OrgError("INVALID_ID_FIELD", words)
            self._canceled.add(result["id"])
            self._tell(result["id"], {"status": "Canceled", "done": True, "completedDate": _moment()})

    def _drain(self) -> None:
        while (job := self._jobs.get()) is not None:
            if self._begun(job):
                self._tell(job.id, self._run(job))

    def _begun(self, job: Job) -> bool:
        """Begin a deployment unless it was canceled; afterwards it can't be any more."""
        with self._beginning:
            if job.id in self._canceled:
                return False
            self._tell(job.id, {"status": "InProgress", "startDate": _moment()})
            return True

    def _run(self, job: Job) -> dict[str, Any]:
        try:
            report = self._deploy(job)
        except zips.BadArchive as error:
            report = Report(failures=[Failure(Component("", "package.xml", "package.xml"), str(error))])
        except Exception as error:
            words = f"UNKNOWN_EXCEPTION: {type(error).__name__}: {error}"
            return {
                "status": "Failed", "done": True, "completedDate": _moment(), "errorMessage": words,
                "errorStatusCode": "UNKNOWN_EXCEPTION",
            }  # fmt: skip
        faulty = any(not failure.warning for failure in report.failures)
        if not faulty and not job.options.checkOnly:
            self._committed()
        return {
            "status": "Failed" if faulty else "Succeeded",
            "success": not faulty,
            "done": True,
            "completedDate": _moment(),
            "lastModifiedDate": _moment(),
            **counted(report),
            "details": _details(without_faulty(report), _moment()),
        }

    def _deploy(self, job: Job) -> Report:
        archive = zips.read(job.content)
        report = Report()
        try:
            with self._org.change_schema(self._org.access(job.user_id), check_only=job.options.checkOnly) as change:
                report = Deployment(change, archive, self._org.settings).run()
                _keep_only_if_flawless(report)
                sources.keep(change.work, archive)
        except RolledBack:
            pass
        return report

    def _tell(self, deployment_id: str, news: dict[str, Any]) -> None:
        with self._org.work() as work:
            work.conn.execute(
                "UPDATE org_meta.deployments SET result = result || %s WHERE id = %s", (Jsonb(news), deployment_id)
            )


def _keep_only_if_flawless(report: Report) -> None:
    if any(not failure.warning for failure in report.failures):
        raise RolledBack


def _details(report: Report, moment: str) -> dict[str, Any]:
    failures = [failure_json(failure, moment) for failure in report.failures]
    successes = [success_json(success, moment) for success in report.successes]
    return {
        "allComponentMessages": [],
        "componentFailures": failures,
        "componentSuccesses": successes,
        "retrieveResult": None,
        "runTestResult": _NO_TESTS,
    }


def _moment() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
