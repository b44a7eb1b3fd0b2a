"""Other systems are told of events: messages are put into an outbox, signed, and sent until they are taken.

The form of messages is that of Standard Webhooks (standardwebhooks.com). A message is put into the outbox in
the transaction of its event, so none is lost; one whose sender dies in between may come twice, with one id.
"""

from roles.webhooks.outbox import enqueue, put_again, put_test, rotate_secret
from roles.webhooks.sending import Sent, send_due, send_now

__all__ = ["Sent", "enqueue", "put_again", "put_test", "rotate_secret", "send_due", "send_now"]
