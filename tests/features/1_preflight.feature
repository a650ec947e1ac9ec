Feature: Before the week: is everything ready?
  Nothing is measured yet. `gitledger preflight` asks the six questions of the plan as one:
  the set-up, the project's own tests, the meters, the capability map, the ledgers, the remote.

  Scenario: A ledger that was only just made is not ready
    Given a project with one commit, and "gitledger init"
    When the operator runs "gitledger preflight -- git status"
    Then the answer is "not ready: 1 check failed"
    And "capability map" fails: "it is empty"
    And its next step is "gitledger capability add CAP-1 --name NAME"

  Scenario: With plans, meters, a capability map and a remote the week can begin
    Given the price of a month is stated: 20 dollars for codex, 100 for claude, 15 for glm
    And the weekly bar is the meter that counts for codex, claude and glm
    And 3 capabilities are on the map
    And the ledger is pushed to the remote
    When the operator runs "gitledger preflight -- git status"
    Then the answer is "ready"
    And "set-up, tests, capability map, ledgers, remote" are fine
    And of "meters" a note says that output can be pasted where this machine has no reading
