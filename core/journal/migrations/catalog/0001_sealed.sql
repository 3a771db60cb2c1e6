ALTER TABLE `segments` ADD `index_bytes` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `segments` ADD `raw_bytes` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `segments` ADD `compression` text;--> statement-breakpoint
ALTER TABLE `segments` ADD `journal` text;--> statement-breakpoint
ALTER TABLE `segments` ADD `sources` text DEFAULT '{}' NOT NULL;