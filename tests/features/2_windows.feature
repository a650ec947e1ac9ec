Feature: The week: three providers, six windows each, A to G
  A  before  the weekly bar is read; the last 10 points of a week stay as a reserve
  B  work    a capability is reserved, a token budget planned, the work committed
  C  after   the bar is read again, five minutes or more after the last commit
  D  done    features, quality, outcome, human minutes, cognitive load, methodology
  E  churn   what became of its lines in the fourteen days after
  F  proof   the acceptance run with its log, then the audit of the window
  G  log     every row of the window, and the day's line in the log

  Some windows go wrong on purpose: those are named, not smoothed over.

  Scenario Outline: <window>, <provider>: <before> % before, <after> % after
    Given the window <window> of <provider>
    # A
    Then its BEFORE reading is <before> % of the weekly bar, and <reserve>
    # B
    And CAP-<cap> was reserved for it, and 1000 tokens were planned
    And its commits added <lines> lines
    # C
    And its AFTER reading is <after> %, five minutes or more after its last commit
    And it took <points> points of the bar
    # D
    And it is completed with <features> features, <outcome>, and everything else that is asked
    # E
    And <churn> % of its lines were gone within fourteen days
    # F
    And its last acceptance run passed, with a log whose SHA-256 is on record
    And its audit names <findings>
    # G
    And "gitledger show" and "gitledger log" have each of its rows

    Examples: codex, 20 dollars a month
      | window | provider | cap | before | after | reserve             | points | lines | features | outcome | churn | findings |
      | W0-01  | codex    | 1   | 10     | 22    | the reserve is kept | 12     | 40    | 3        | pass    | 0     | nothing  |
      | W0-02  | codex    | 1   | 22     | 35    | the reserve is kept | 13     | 40    | 4        | pass    | 25    | nothing  |
      | W0-03  | codex    | 1   | 35     | 44    | the reserve is kept | 9      | 40    | 2        | partial | 0     | nothing  |
      | W0-04  | codex    | 1   | 44     | 60    | the reserve is kept | 16     | 40    | 5        | pass    | 0     | nothing  |
      | W0-05  | codex    | 1   | 60     | 71    | the reserve is kept | 11     | 40    | 3        | pass    | 100   | reverted |
      | W0-06  | codex    | 1   | 71     | 80    | the reserve is kept | 9      | 40    | 2        | fail    | 0     | nothing  |

    Examples: claude, 100 dollars a month
      | window | provider | cap | before | after | reserve             | points | lines | features | outcome | churn | findings        |
      | W0-11  | claude   | 2   | 5      | 13    | the reserve is kept | 8      | 40    | 2        | pass    | 0     | nothing         |
      | W0-12  | claude   | 2   | 13     | 27    | the reserve is kept | 14     | 40    | 4        | pass    | 0     | nothing         |
      | W0-13  | claude   | 2   | 27     | 31    | the reserve is kept | no     | 40    | 3        | pass    | 0     | anchor-moved    |
      | W0-14  | claude   | 2   | 31     | 45    | the reserve is kept | 14     | 50    | 3        | pass    | 20    | range-reused    |
      | W0-15  | claude   | 2   | 45     | 52    | the reserve is kept | 7      | 0     | 2        | pass    | 20    | range-reused    |
      | W0-16  | claude   | 2   | 88     | 100   | it is broken        | 12     | 40    | 3        | pass    | 0     | buffer-breached |

    Examples: glm, 15 dollars a month
      | window | provider | cap | before | after | reserve             | points | lines | features | outcome | churn | findings          |
      | W0-21  | glm      | 3   | 0      | 9     | the reserve is kept | 9      | 40    | 2        | pass    | 0     | nothing           |
      | W0-22  | glm      | 3   | 9      | 20    | the reserve is kept | 11     | 40    | 3        | pass    | 0     | evidence-repaired |
      | W0-23  | glm      | 3   | 20     | no    | the reserve is kept | no     | 40    | 2        | pass    | 0     | missing-after     |
      | W0-24  | glm      | 3   | 4      | 15    | the reserve is kept | 11     | 40    | 3        | pass    | 0     | nothing           |
      | W0-25  | glm      | 3   | 35     | 44    | the reserve is kept | 9      | 30    | 2        | pass    | 0     | nothing           |
      | W0-26  | glm      | 3   | 44     | 3     | the reserve is kept | no     | 40    | 1        | pass    | 0     | reset-between     |
