"""The facts that this room publishes; it follows nobody. Ids and states only.

council       created / changed / deleted / elected / ended; member.left / moved_up
candidate     stood / changed / withdrawn
election      opened / changed / counted / tied / settled; ballot.cast is about the election, never about a voter
project       created / changed / deleted / agreed / started / finished / stopped / evaluated / spent / budget_raised
action_plan   created / changed / deleted; action.added / changed / deleted
Rotas and labs publish rota.…, turn.… and lab.….
"""
