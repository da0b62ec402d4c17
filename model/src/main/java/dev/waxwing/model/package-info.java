/// What training writes and serving reads: feature space, bundles, aliases.
package dev.waxwing.model;
