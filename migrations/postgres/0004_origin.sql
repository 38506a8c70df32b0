-- Where a customer had a message from: forwarded, an ad, a product; as JSON.
alter table messages add column origin text;
