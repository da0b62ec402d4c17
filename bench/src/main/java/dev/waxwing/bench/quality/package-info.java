/// What the models are worth on data that anybody can get.
package dev.waxwing.bench.quality;
