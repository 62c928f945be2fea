// Package billing is an application: for each order it writes a bill, and commits the order when the bill is written.
package billing

import (
	"context"
	"encoding/json"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Order is what the shop sends.
type Order struct {
	ID    string `json:"id"`
	Count int    `json:"count"`
	Price int    `json:"price"`
}

// Bill is what the customer gets.
type Bill struct {
	Order string `json:"order"`
	Sum   int    `json:"sum"`
}

// BillOrders bills so many orders, then returns. It calls onBilled for each when its bill is written.
func BillOrders(ctx context.Context, bootstrapServers string, count int, onBilled func(*kgo.Record)) error {
	client, err := kgo.NewClient(
		kgo.SeedBrokers(bootstrapServers),
		kgo.ClientID("billing"),
		kgo.ConsumerGroup("billing"),
		kgo.ConsumeTopics("orders"),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.DisableAutoCommit(),
	)
	if err != nil {
		return err
	}
	defer client.Close()
	for count > 0 {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return err
		}
		for _, record := range fetches.Records() {
			var order Order
			if err := json.Unmarshal(record.Value, &order); err != nil {
				return err
			}
			bill, err := json.Marshal(Bill{Order: order.ID, Sum: order.Count * order.Price})
			if err != nil {
				return err
			}
			written := client.ProduceSync(ctx, &kgo.Record{Topic: "bills", Key: record.Key, Value: bill})
			if err := written.FirstErr(); err != nil {
				return err
			}
			onBilled(record)
			if err := client.CommitRecords(ctx, record); err != nil {
				return err
			}
			count--
		}
	}
	return nil
}
