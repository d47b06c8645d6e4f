"""Names what RQ keeps in Redis about our queue, for those who only count it: RQ itself takes 10 MB to load."""

QUEUE = "doorstep:jobs"
JOB_KEYS = {"queued": f"rq:queue:{QUEUE}", "running": f"rq:wip:{QUEUE}", "failed": f"rq:failed:{QUEUE}"}
