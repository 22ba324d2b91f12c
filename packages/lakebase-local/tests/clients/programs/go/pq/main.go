// Command pq makes lib/pq answer. Where to log in is said by libpq's variables.
package main

import (
	"clients/answers"
	"context"
	"database/sql"
	"errors"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"
)

var background = context.Background()

// inSession runs what needs one session of its own.
func inSession(login string, work func(*sql.Conn) (string, error)) (string, error) {
	pool, err := sql.Open("postgres", login)
	if err != nil {
		return "", err
	}
	defer pool.Close()
	session, err := pool.Conn(background)
	if err != nil {
		return "", err
	}
	defer session.Close()
	return work(session)
}

func askWhoAmI(session *sql.Conn) (me string, err error) {
	err = session.QueryRowContext(background, "SELECT current_user").Scan(&me)
	return me, err
}

func scram() (string, error) {
	me, err := inSession("user=guest password="+os.Getenv("GUEST_PASSWORD"), askWhoAmI)
	if err != nil {
		return "", err
	}
	_, err = inSession("user=guest password=wrong", askWhoAmI)
	if refusal := new(pq.Error); errors.As(err, &refusal) && refusal.Code == "28P01" {
		return me + " refused", nil
	}
	return me, err
}

// lib/pq copies in only.
func copyNumbers() (string, error) {
	return inSession("", func(session *sql.Conn) (sum string, err error) {
		transaction, err := session.BeginTx(background, nil)
		if err != nil {
			return "", err
		}
		defer transaction.Rollback()
		if _, err := transaction.Exec("CREATE TEMPORARY TABLE numbers (number int)"); err != nil {
			return "", err
		}
		copying, err := transaction.Prepare("COPY numbers (number) FROM STDIN")
		if err != nil {
			return "", err
		}
		for number := 1; number <= 1000; number++ {
			if _, err := copying.Exec(number); err != nil {
				return "", err
			}
		}
		if _, err := copying.Exec(); err != nil {
			return "", err
		}
		if err := copying.Close(); err != nil {
			return "", err
		}
		err = transaction.QueryRow("SELECT sum(number) FROM numbers").Scan(&sum)
		return sum, err
	})
}

func notify() (string, error) {
	listener := pq.NewListener("", time.Second, time.Minute, nil)
	defer listener.Close()
	if err := listener.Listen("pq"); err != nil {
		return "", err
	}
	return inSession("", func(other *sql.Conn) (string, error) {
		if _, err := other.ExecContext(background, "NOTIFY pq, 'hello'"); err != nil {
			return "", err
		}
		for heard := range listener.Notify {
			// Nil tells of a new connection.
			if heard != nil {
				return heard.Extra, nil
			}
		}
		return "", errors.New("the listener has ended")
	})
}

// lib/pq gives a session up whose statement was cancelled: the pool goes on with another.
func cancel() (string, error) {
	pool, err := sql.Open("postgres", "")
	if err != nil {
		return "", err
	}
	defer pool.Close()
	session, err := pool.Conn(background)
	if err != nil {
		return "", err
	}
	defer session.Close()
	var pid int
	if err := session.QueryRowContext(background, "SELECT pg_backend_pid()").Scan(&pid); err != nil {
		return "", err
	}
	untilCancelled, stop := context.WithCancel(background)
	defer stop()
	slow := make(chan error, 1)
	go func() {
		_, err := session.ExecContext(untilCancelled, "SELECT pg_sleep(600)")
		slow <- err
	}()
	for asleep := false; !asleep; {
		if err := pool.QueryRow(answers.Asleep, pid).Scan(&asleep); err != nil {
			return "", err
		}
	}
	stop()
	if err := <-slow; err == nil {
		return "not cancelled", nil
	}
	for running := true; running; {
		if err := pool.QueryRow(answers.Asleep, pid).Scan(&running); err != nil {
			return "", err
		}
	}
	return "cancelled", nil
}

func prepared() (string, error) {
	return inSession("", func(session *sql.Conn) (string, error) {
		double, err := session.PrepareContext(background, "SELECT $1::int * 2")
		if err != nil {
			return "", err
		}
		defer double.Close()
		var doubled []string
		for _, value := range []int{1, 2, 3} {
			var answer string
			if err := double.QueryRow(value).Scan(&answer); err != nil {
				return "", err
			}
			doubled = append(doubled, answer)
		}
		return strings.Join(doubled, ","), nil
	})
}

func big() (string, error) {
	return inSession("", func(session *sql.Conn) (string, error) {
		var answer string
		err := session.QueryRowContext(background, "SELECT $1::text", answers.Big).Scan(&answer)
		return strconv.FormatBool(answer == answers.Big), err
	})
}

func logins() (string, error) {
	pool, err := sql.Open("postgres", "")
	if err != nil {
		return "", err
	}
	defer pool.Close()
	held := make([]*sql.Conn, answers.Sessions)
	opened := make(chan error, answers.Sessions)
	for place := range held {
		go func() {
			session, err := pool.Conn(background)
			held[place] = session
			opened <- err
		}()
	}
	for range held {
		if err := <-opened; err != nil {
			return "", err
		}
	}
	count := 0
	for _, session := range held {
		var one int
		if err := session.QueryRowContext(background, "SELECT 1").Scan(&one); err != nil {
			return "", err
		}
		count += one
		session.Close()
	}
	return strconv.Itoa(count), nil
}

func main() {
	answers.Print(map[string]answers.Check{
		"scram": scram, "copy": copyNumbers, "notify": notify, "cancel": cancel,
		"prepared": prepared, "big": big, "logins": logins,
	})
}
