package billing

// Brokers of a Millrace test server, with nothing but the standard library. Copy it into your project.

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"testing"
)

// serverURL is where the one test server of this run listens.
var serverURL string

func TestMain(m *testing.M) {
	os.Exit(withTestServer(m.Run))
}

// withTestServer runs a test server meanwhile; it ends with this process, however that ends.
func withTestServer(run func() int) int {
	command := exec.Command("npx", "millrace", "test-server", "--format", "json", "--until-stdin-closes")
	command.Stderr = os.Stderr
	stdin, err := command.StdinPipe()
	if err != nil {
		panic(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		panic(err)
	}
	if err := command.Start(); err != nil {
		panic(err)
	}
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err != nil {
		panic(fmt.Errorf("%v: %w", command, err))
	}
	var ready struct{ URL string }
	if err := json.Unmarshal(line, &ready); err != nil {
		panic(err)
	}
	serverURL = ready.URL
	code := run()
	stdin.Close()
	if err := command.Wait(); err != nil {
		panic(err)
	}
	return code
}

// Broker is a Kafka broker of one's own.
type Broker struct {
	BootstrapServers string `json:"bootstrapServers"`
	ID               string `json:"id"`
	t                *testing.T
}

// Fault is something that goes wrong on purpose.
type Fault struct {
	ID   string `json:"id"`
	Hits int    `json:"hits"`
}

// Record is one that a topic has. Its keys and values are bytes, as encoding/json reads base64.
type Record struct {
	Offset int64
	Key    *Bytes
	Value  *Bytes
}

// Bytes are a key or a value.
type Bytes struct {
	Base64 []byte
	Text   string
	JSON   json.RawMessage
}

// JSON is the body of a request.
type JSON = map[string]any

// startBroker starts a broker for one test. A fault that never happened tested nothing, so it fails the test.
func startBroker(t *testing.T, options JSON) *Broker {
	t.Helper()
	broker := &Broker{t: t}
	call(t, "POST", "/brokers", options, broker)
	t.Cleanup(func() {
		var stopped struct{ UnhitFaults []string }
		call(t, "DELETE", "/brokers/"+broker.ID, nil, &stopped)
		for _, fault := range stopped.UnhitFaults {
			t.Errorf("never happened: %s", fault)
		}
	})
	return broker
}

// Advance moves the broker's clock forward: all that falls due happens.
func (b *Broker) Advance(by string) {
	b.t.Helper()
	b.call("POST", "/advance", JSON{"by": by}, nil)
}

// Fault lets something go wrong from now on.
func (b *Broker) Fault(options JSON) Fault {
	b.t.Helper()
	var fault Fault
	b.call("POST", "/faults", options, &fault)
	return fault
}

// Hits is how often a fault has happened.
func (b *Broker) Hits(fault Fault) int {
	b.t.Helper()
	b.call("GET", "/faults/"+fault.ID, nil, &fault)
	return fault.Hits
}

// Records are the committed records of a topic, at most a thousand.
func (b *Broker) Records(topic string) []Record {
	b.t.Helper()
	var answer struct{ Records []Record }
	b.call("GET", "/topics/"+url.PathEscape(topic)+"/records", nil, &answer)
	return answer.Records
}

// Wait waits until a topic has the records, and returns them.
func (b *Broker) Wait(options JSON) []Record {
	b.t.Helper()
	var answer struct{ Records []Record }
	b.call("POST", "/wait", options, &answer)
	return answer.Records
}

// NoteProcessed says that the application has dealt with a record.
func (b *Broker) NoteProcessed(group, topic string, partition int32, offset int64) {
	b.t.Helper()
	record := JSON{"topic": topic, "partition": partition, "offset": offset}
	b.call("POST", "/groups/"+url.PathEscape(group)+"/processed", JSON{"records": []JSON{record}}, nil)
}

// Check says what is wrong with the application of a group; nothing when it is right.
func (b *Broker) Check(group string) string {
	b.t.Helper()
	var verdict struct{ Text string }
	b.call("GET", "/groups/"+url.PathEscape(group)+"/check", nil, &verdict)
	return verdict.Text
}

func (b *Broker) call(method, path string, body JSON, into any) {
	b.t.Helper()
	call(b.t, method, "/brokers/"+b.ID+path, body, into)
}

// call fails the test with the server's own words when it refuses.
func call(t *testing.T, method, path string, body JSON, into any) {
	t.Helper()
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		sent = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, serverURL+path, sent)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode >= 300 {
		var problem struct{ Detail string }
		if err := json.Unmarshal(text, &problem); err != nil {
			t.Fatalf("%s %s: %s", method, path, text)
		}
		t.Fatalf("%s %s: %s", method, path, problem.Detail)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}
