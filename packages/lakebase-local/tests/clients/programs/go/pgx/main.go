// Command pgx makes pgx answer. Where to log in is said by libpq's variables.
package main

import (
	"bytes"
	"clients/answers"
	"context"
	"errors"
	"os"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

var background = context.Background()

func connect() (*pgx.Conn, error) {
	return pgx.Connect(background, "")
}

func connectAs(user, password string) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig("")
	if err != nil {
		return nil, err
	}
	config.User, config.Password = user, password
	return pgx.ConnectConfig(background, config)
}

func scram() (me string, err error) {
	guest, err := connectAs("guest", os.Getenv("GUEST_PASSWORD"))
	if err != nil {
		return "", err
	}
	defer guest.Close(background)
	if err := guest.QueryRow(background, "SELECT current_user").Scan(&me); err != nil {
		return "", err
	}
	_, err = connectAs("guest", "wrong")
	if refusal := new(pgconn.PgError); errors.As(err, &refusal) && refusal.Code == "28P01" {
		return me + " refused", nil
	}
	return me, err
}

func copyNumbers() (string, error) {
	session, err := connect()
	if err != nil {
		return "", err
	}
	defer session.Close(background)
	if _, err := session.Exec(background, "CREATE TEMPORARY TABLE numbers (number int)"); err != nil {
		return "", err
	}
	rows := pgx.CopyFromSlice(1000, func(place int) ([]any, error) { return []any{place + 1}, nil })
	if _, err := session.CopyFrom(background, pgx.Identifier{"numbers"}, []string{"number"}, rows); err != nil {
		return "", err
	}
	var printed bytes.Buffer
	if _, err := session.PgConn().CopyTo(background, &printed, "COPY numbers TO STDOUT"); err != nil {
		return "", err
	}
	sum := 0
	for line := range strings.FieldsSeq(printed.String()) {
		number, err := strconv.Atoi(line)
		if err != nil {
			return "", err
		}
		sum += number
	}
	return strconv.Itoa(sum), nil
}

func notify() (string, error) {
	listener, err := connect()
	if err != nil {
		return "", err
	}
	defer listener.Close(background)
	other, err := connect()
	if err != nil {
		return "", err
	}
	defer other.Close(background)
	if _, err := listener.Exec(background, "LISTEN pgx"); err != nil {
		return "", err
	}
	if _, err := other.Exec(background, "NOTIFY pgx, 'hello'"); err != nil {
		return "", err
	}
	heard, err := listener.WaitForNotification(background)
	if err != nil {
		return "", err
	}
	return heard.Payload, nil
}

func cancel() (state string, err error) {
	session, err := connect()
	if err != nil {
		return "", err
	}
	defer session.Close(background)
	other, err := connect()
	if err != nil {
		return "", err
	}
	defer other.Close(background)
	slow := make(chan error, 1)
	go func() {
		_, err := session.Exec(background, "SELECT pg_sleep(600)")
		slow <- err
	}()
	for asleep := false; !asleep; {
		if err := other.QueryRow(background, answers.Asleep, session.PgConn().PID()).Scan(&asleep); err != nil {
			return "", err
		}
	}
	if err := session.PgConn().CancelRequest(background); err != nil {
		return "", err
	}
	err = <-slow
	if ended := new(pgconn.PgError); !errors.As(err, &ended) || ended.Code != "57014" {
		return "not cancelled", err
	}
	err = session.QueryRow(background, "SELECT 'cancelled'").Scan(&state)
	return state, err
}

func prepared() (string, error) {
	session, err := connect()
	if err != nil {
		return "", err
	}
	defer session.Close(background)
	if _, err := session.Prepare(background, "double", "SELECT $1::int * 2"); err != nil {
		return "", err
	}
	var doubled []string
	for _, value := range []int{1, 2, 3} {
		var answer int
		if err := session.QueryRow(background, "double", value).Scan(&answer); err != nil {
			return "", err
		}
		doubled = append(doubled, strconv.Itoa(answer))
	}
	return strings.Join(doubled, ","), nil
}

func big() (string, error) {
	session, err := connect()
	if err != nil {
		return "", err
	}
	defer session.Close(background)
	var answer string
	err = session.QueryRow(background, "SELECT $1::text", answers.Big).Scan(&answer)
	return strconv.FormatBool(answer == answers.Big), err
}

func logins() (string, error) {
	opened := make(chan error, answers.Sessions)
	held := make([]*pgx.Conn, answers.Sessions)
	for place := range held {
		go func() {
			session, err := connect()
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
		if err := session.QueryRow(background, "SELECT 1").Scan(&one); err != nil {
			return "", err
		}
		count += one
		session.Close(background)
	}
	return strconv.Itoa(count), nil
}

func main() {
	answers.Print(map[string]answers.Check{
		"scram": scram, "copy": copyNumbers, "notify": notify, "cancel": cancel,
		"prepared": prepared, "big": big, "logins": logins,
	})
}
