"""Native code: tapes of scalar words as LLVM IR, compiled for this machine, kept on disk, and run."""
