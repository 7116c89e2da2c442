"""The background that does bulk jobs, one after the other."""

from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING

from connectors.salesforce.local_org.bulk import jobs
from connectors.salesforce.local_org.bulk.export import export
from connectors.salesforce.local_org.bulk.ingest import Ingest
from connectors.salesforce.local_org.bulk.jobs import Job
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.faults import Faults

if TYPE_CHECKING:
    from connectors.salesforce.local_org.org import Org


class BulkJobs:
    """Does the jobs whose upload is complete."""

    def __init__(self, org: Org, faults: Faults) -> None:
        self._org = org
        self._faults = faults
        self._waiting: queue.Queue[tuple[str, str] | None] = queue.Queue()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; what an earlier run left waiting is done now, what it left half done is told as failed."""
        with self._org.work() as work:
            kinds = (jobs.INGEST, jobs.QUERY, jobs.BATCH)
            for job in [job for kind in kinds for job in jobs.listed(work.conn, kind)]:
                if job.state == jobs.UPLOADED:
                    self.submit(job)
                elif job.state == jobs.RUNNING:
                    jobs.move(work.conn, job, jobs.FAILED, work.now, errorMessage="The org was stopped")
        self._thread = threading.Thread(target=self._drain, name="local-org-bulk", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the job under way, and no more."""
        self._waiting.put(None)
        if self._thread is not None:
            self._thread.join(timeout=30)

    def submit(self, job: Job) -> None:
        """Have a job done."""
        self._waiting.put((job.kind, job.id))

    def _drain(self) -> None:
        while (waiting := self._waiting.get()) is not None:
            with self._org.work() as work:
                job = jobs.load(work.conn, *waiting, lock=True)
                if job.state == jobs.UPLOADED:
                    job = jobs.move(work.conn, job, jobs.RUNNING, work.now)
            if job.state == jobs.RUNNING:
                self._run(job)

    def _run(self, job: Job) -> None:
        begun = time.monotonic()
        told, problem = self._done(job)
        took = int((time.monotonic() - begun) * 1000)
        told["totalProcessingTime"] = took
        if not job.asks:
            told["apiActiveProcessingTime"] = took
        if problem:
            told["errorMessage"] = problem
        with self._org.work() as work:
            now = jobs.load(work.conn, job.kind, job.id, lock=True)
            if now.state == jobs.RUNNING:
                jobs.move(work.conn, now, jobs.FAILED if problem else jobs.COMPLETE, work.now, **told)
            elif now.state == jobs.ABORTED:
                jobs.move(work.conn, now, jobs.ABORTED, work.now, **told)

    def _done(self, job: Job) -> tuple[dict[str, object], str | None]:
        """Do a job; returns what is to be told of it, and why it failed."""
        ingest = Ingest(self._org, job, self._faults)
        problem = None
        exported = 0
        try:
            if not job.asks:
                problem = ingest.run()
            else:
                with self._org.work(self._org.access(job.user_id)) as work:
                    exported = export(work, job)
        except OrgError as error:
            problem = f"{error.code} : {error.message}"
        except Exception as error:
            problem = f"UNKNOWN_EXCEPTION : {type(error).__name__}: {error}"
        if not job.asks:
            return {"numberRecordsProcessed": ingest.processed, "numberRecordsFailed": ingest.failed}, problem
        return {"numberRecordsProcessed": exported}, problem
