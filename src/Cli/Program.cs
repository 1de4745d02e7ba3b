using EncryptionService.Cli;

return await EecProgram.RunAsync(args, Surroundings.OfThisProcess());
