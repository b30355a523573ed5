"""The reference: the same networks trained by PyTorch, step for step on the same batches."""
