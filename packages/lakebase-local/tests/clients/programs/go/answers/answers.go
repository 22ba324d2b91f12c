// Package answers runs a client's checks, and prints what they answer.
package answers

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// Big is what every program sends to and fro as a big value.
var Big = strings.Repeat("0123456789abcdef", 512*1024)

// Sessions is how many sessions every program opens at once.
const Sessions = 60

// Asleep tells whether the session with a pid runs the statement that is to be cancelled.
const Asleep = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1 AND state = 'active' AND query = 'SELECT pg_sleep(600)')"

// Check is one thing that a client is asked to do.
type Check func() (string, error)

// Print runs checks one after the other, and prints what each answers, or how it failed, as one JSON object.
func Print(checks map[string]Check) {
	printed := map[string]string{}
	for name, check := range checks {
		answer, err := check()
		if err != nil {
			answer = fmt.Sprintf("%s, then %v", answer, err)
		}
		printed[name] = answer
	}
	if err := json.NewEncoder(os.Stdout).Encode(printed); err != nil {
		panic(err)
	}
}
