"""Organisations that are going to be deleted: the clock moved on, since nobody waits for seven days."""
from tests.lib.instance import wait_for


def close(client, expect=202):
    """Asks for the deletion as the client."""
    return client.call("POST", "/api/portal/delete-organization", expect=expect,
                       json={"confirmName": client.me["organization"]["name"], "confirmEmail": client.email})


def look(instance):
    """The job looks at once, instead of within an hour."""
    due = "UPDATE muster.job SET run_at = now() WHERE kind = 'endings' AND state = 'QUEUED' RETURNING id"
    (job,) = wait_for(lambda: instance.sql(due), "the job waits")
    instance.sql("NOTIFY muster_jobs")
    return job["id"]


def looked(instance):
    """It looks, and has."""
    job = look(instance)
    wait_for(lambda: instance.value("SELECT state FROM muster.job WHERE id = %s", job) == "DONE", "the job is done", 40)


def come(instance, org):
    """The organisation's time has come."""
    instance.sql("UPDATE muster.org_ending SET ends_at = now() - interval '1 second' WHERE org_id = %s", org)


def is_gone(instance, org):
    return instance.value("SELECT count(*) FROM muster.org WHERE org_id = %s", org) == 0


def erased(instance, org):
    """The organisation's time has come, and it is erased; returns the receipt."""
    receipt = instance.value("SELECT receipt FROM muster.org_ending WHERE org_id = %s", org)
    come(instance, org)
    look(instance)
    wait_for(lambda: is_gone(instance, org), "the organisation is gone", 40)
    return receipt
