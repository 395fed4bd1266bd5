"""The facts that this room publishes; it follows nobody. Ids and states only.

council       created / changed / deleted / elected / ended; member.left / moved_up
candidate     stood / changed / withdrawn
election      opened / cancelled / counted / closed / tied / settled
ballot        cast: it is about the election, never about a voter
project       created / changed / deleted / agreed / started / finished / stopped / evaluated / spent / budget_raised
action_plan   created / changed / deleted; action.added / changed / deleted
Rotas and labs publish rota.…, volunteer.…, turn.…, swap.… and lab.….
"""
