using EncryptionService.Benchmarks;

return await BenchmarkCommand.Create().Parse(args).InvokeAsync();
