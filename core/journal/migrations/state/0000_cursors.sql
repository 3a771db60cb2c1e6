CREATE TABLE `answers` (
	`id` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`answer` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `answers_at` ON `answers` (`at`);--> statement-breakpoint
CREATE TABLE `cursors` (
	`output` text PRIMARY KEY NOT NULL,
	`segment` integer NOT NULL,
	`record` integer NOT NULL,
	`state` text NOT NULL,
	`updated` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `journal` (
	`id` text PRIMARY KEY NOT NULL,
	`created` integer NOT NULL,
	`next_segment` integer NOT NULL,
	`keys_through` integer NOT NULL
);
