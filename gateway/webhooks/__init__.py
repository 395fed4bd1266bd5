"""Webhooks: facts that are posted, signed, to addresses that organisations name.

routes, schemas, operations   what an organisation does with its webhooks
spreading                     follows every service's feed, and puts a row on for each fact that a webhook wants
delivery                      takes rows, sends them, and marks what became of each
post                          runs both in the background, and lets go of what is old
signing                       the Standard Webhooks signature, made and checked
domain                        the timetable of attempts, and whose turn it is
"""
