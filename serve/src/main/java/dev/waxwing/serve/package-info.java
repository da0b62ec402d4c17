/// recall, filter, rank, answer.
package dev.waxwing.serve;
