/// Trainers and metrics: data in, model out.
package dev.waxwing.learn;
