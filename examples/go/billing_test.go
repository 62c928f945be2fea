package billing

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

var topics = JSON{"topics": []any{
	"bills",
	JSON{"name": "orders", "config": JSON{"retention.ms": 3_600_000, "segment.ms": 60_000}},
}}

func order(ctx context.Context, t *testing.T, broker *Broker, ids ...string) {
	t.Helper()
	shop, err := kgo.NewClient(kgo.SeedBrokers(broker.BootstrapServers))
	if err != nil {
		t.Fatal(err)
	}
	defer shop.Close()
	for _, id := range ids {
		value, err := json.Marshal(Order{ID: id, Count: 2, Price: 21})
		if err != nil {
			t.Fatal(err)
		}
		record := &kgo.Record{Topic: "orders", Key: []byte(id), Value: value}
		if err := shop.ProduceSync(ctx, record).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
}

func bill(ctx context.Context, t *testing.T, broker *Broker, count int) {
	t.Helper()
	err := BillOrders(ctx, broker.BootstrapServers, count, func(record *kgo.Record) {
		broker.NoteProcessed("billing", record.Topic, record.Partition, record.Offset)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func shortly(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestAnOrderBecomesABill(t *testing.T) {
	ctx, broker := shortly(t), startBroker(t, topics)
	order(ctx, t, broker, "a")
	bill(ctx, t, broker, 1)
	bills := broker.Wait(JSON{"topic": "bills", "where": JSON{"key": JSON{"text": "a"}}})
	if got, want := string(bills[0].Value.Base64), `{"order":"a","sum":42}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestABillIsWrittenOnceThoughTheAnswerWasLost(t *testing.T) {
	ctx, broker := shortly(t), startBroker(t, topics)
	fault := broker.Fault(JSON{"kind": "loseAnswer", "api": "Produce", "topic": "bills", "times": 1})
	order(ctx, t, broker, "b")
	bill(ctx, t, broker, 1)
	if hits := broker.Hits(fault); hits != 1 {
		t.Errorf("the answer was lost %d times", hits)
	}
	if bills := broker.Records("bills"); len(bills) != 1 {
		t.Errorf("there are %d bills", len(bills))
	}
}

func TestAnOrderOfLastWeekHasExpired(t *testing.T) {
	ctx, broker := shortly(t), startBroker(t, topics)
	order(ctx, t, broker, "c")
	broker.Advance("7d")
	if orders := broker.Records("orders"); len(orders) != 0 {
		t.Errorf("there are %d orders", len(orders))
	}
}

func TestBillingCommitsAnOrderOnlyWhenItsBillIsWritten(t *testing.T) {
	ctx, broker := shortly(t), startBroker(t, topics)
	order(ctx, t, broker, "d", "e")
	bill(ctx, t, broker, 2)
	if wrong := broker.Check("billing"); wrong != "" {
		t.Error(wrong)
	}
}
